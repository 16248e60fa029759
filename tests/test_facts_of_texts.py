"""Recordings and small probes, answer by answer: what each text proves, and what proves nothing."""

import gzip
import json

import pytest

from localai_setup.machine.asking import recorded
from localai_setup.model.errors import Exit, LocalaiError
from localai_setup.model.reading import Failed, Missing, Readings, Text
from localai_setup.model.source import Command, File, Stat
from localai_setup.probes import account, drivers, logs, rocm
from localai_setup.probes.drivers import AMD, NVIDIA, Drivers, PciCard

pytestmark = pytest.mark.quick
SCHEMA = {"schema": "localai.recording/1", "readings": {}}
NO_TEXT = Failed("the recording holds no text here", "garbled")
#: entry of a recording → reading
ENTRIES = [
    ({"status": "text", "text": "a"}, Text("a")),
    ({"status": "text", "stdout": "a", "text": "b", "stderr": "e", "exit_code": 3, "code": 4, "ms": 5},
     Text("a", "e", 3, 4, 5)),
    ({"status": "text", "text": "a", "stderr": 7, "exit_code": True, "ms": "5"}, Text("a")),
    ({"status": "text"}, NO_TEXT), ({"status": "text", "text": 9}, NO_TEXT),
    ({"status": "other", "text": "a"}, NO_TEXT), ({"text": "a"}, NO_TEXT),
    ({"status": "missing", "text": "a"}, Missing()),
    ({"status": "failed"}, Failed("failed", "failed")),
    ({"status": "failed", "reason": ""}, Failed("", "failed")),
    ({"status": "failed", "reason": "it timed out after 2 s"}, Failed("it timed out after 2 s", "timed-out")),
    ({"status": "failed", "reason": "no", "kind": "denied"}, Failed("no", "denied")),
    ({"status": "failed", "reason": "no", "kind": "odd"}, Failed("no", "failed")),
    (7, Failed("the recording holds no reading here", "garbled")),
]  # fmt: skip


@pytest.mark.parametrize(("entry", "reading"), ENTRIES, ids=str)
def test_an_entry_of_a_recording(entry, reading):
    made = recorded.machine_of(SCHEMA | {"readings": {"file:/a": entry}})
    assert made.readings.by_key["file:/a"] == reading


def test_a_pattern_is_answered_by_all_that_it_matches():
    texts = {
        "file:/a/1": Text("1"),
        "file:/a/2": Text("2"),
        "file:/b": Text("b"),
        "file:/c/*": Missing(),
    }
    made = recorded.RecordedMachine(None, texts)
    assert made.ask(File("/b")) == {"file:/b": Text("b")}
    assert made.ask(File("/x")) == {}
    assert made.ask(File("/a/*")) == {"file:/a/1": Text("1"), "file:/a/2": Text("2")}
    assert made.ask(File("/c/*")) == {"file:/c/*": Missing()}


def test_who_was_recorded_is_asked_of_the_recording():
    named = {"system": "Linux", "release": "6.1", "machine": "x86_64", "python": 3}
    made = recorded.machine_of(SCHEMA | {"machine": named})
    assert (made.identity.system, made.identity.release, made.identity.machine) == ("Linux", "6.1", "x86_64")  # fmt: skip
    assert made.identity.python is None
    stated = json.loads(made.readings.by_key["call:platform.uname"].text)
    assert stated == vars(made.identity)
    own = {"call:platform.uname": {"status": "text", "text": "{}"}}
    assert recorded.machine_of(SCHEMA | {"readings": own}).readings.by_key["call:platform.uname"] == Text("{}")  # fmt: skip


GOOD = json.dumps(SCHEMA).encode()
#: bytes of a file → why it cannot be used; None where it can
FILES = [
    (GOOD, None), (gzip.compress(GOOD, mtime=0), None), (gzip.compress(GOOD, mtime=0)[:-9], "it breaks off"),
    (b'{"a": 1, "a": 2}', "a key comes twice"), (b'{"a": NaN}', "NaN is no number"), (b"{", "not JSON"),
    (b"[]", "its schema is not localai.recording/1"), (b'{"schema": "x"}', "its schema is not"),
    (b'{"schema": "localai.recording/1", "readings": []}', "must be objects"),
    (b'{"schema": "localai.recording/1", "readings": {}, "machine": [1]}', "must be objects"),
]  # fmt: skip


@pytest.mark.parametrize(("raw", "why"), FILES, ids=lambda one: str(one)[:30])
def test_a_recording_from_anybody(tmp_path, raw, why):
    (tmp_path / "recording.json").write_bytes(raw)
    for path in (tmp_path / "recording.json", tmp_path):
        if why is None:
            assert recorded.load(path).readings
            continue
        with pytest.raises(LocalaiError) as refused:
            recorded.load(path)
        assert refused.value.what.startswith(f"The recording {path} cannot be used: ")
        assert why in refused.value.what
        assert refused.value.exit_code == Exit.USAGE
        assert "localai record FILE" in refused.value.hint


LONG = GOOD + b" " * 1000


@pytest.mark.parametrize(("most", "good"), [(len(LONG), True), (len(LONG) - 1, False)])
def test_a_recording_is_no_larger_than_allowed(tmp_path, monkeypatch, most, good):
    monkeypatch.setattr(recorded, "MAX_RECORDING_BYTES", most)
    file = tmp_path / "r.json"
    for raw in (LONG, gzip.compress(LONG)):
        file.write_bytes(raw)
        if good:
            assert recorded.load(file).readings
        else:
            with pytest.raises(LocalaiError, match="larger than 1 KB"):
                recorded.load(file)


def test_a_recording_has_so_many_readings_at_most(monkeypatch):
    monkeypatch.setattr(recorded, "MAX_READINGS", 2)
    entries = {f"file:/{at}": {"status": "missing"} for at in range(3)}
    assert recorded.machine_of(SCHEMA | {"readings": dict([*entries.items()][:2])})
    with pytest.raises(recorded.NotARecordingError, match="more than 2 readings"):
        recorded.machine_of(SCHEMA | {"readings": entries})


# the account

GROUPS = [
    ("command:groups", "ada video\n", {"ada", "video"}),
    ("command:groups", "ada : ada render\n", {"ada", "render"}),
    ("command:id", "uid=1(a) gid=1(a) groups=1(a),44(video)\n", {"a", "video"}),
    ("command:id -nG ollama", "ollama render\n", {"ollama", "render"}),
    ("command:id -Gn", "ada\n", {"ada"}), ("command:id -u", "1000\n", None), ("command:groups", "", None),
]  # fmt: skip


@pytest.mark.parametrize(("key", "text", "groups"), GROUPS)
def test_groups_of_the_one_who_asks(key, text, groups):
    found = account.parse(Readings({key: Text(text)}))
    assert found.groups == (groups and frozenset(groups))
    assert found.groups_source == (key if groups else "command:groups")


ACCOUNT = account.ACCOUNT.key
HOMES = [
    ("ollama:x:997:997::/usr/share/ollama:/bin/false\n", "/usr/share/ollama"),
    ("ollama:x:997:997::relative:/bin/false", ""), ("ollama:x:997:997::/home", ""), ("", ""),
    ("a:b:c:d:e:/f:g:h", ""),
]  # fmt: skip


@pytest.mark.parametrize(("line", "home"), HOMES)
def test_the_home_of_the_account(line, home):
    texts = {ACCOUNT: Text(line)}
    assert account.parse(Readings(texts)).home == home
    assert account.follow_up(Readings(texts)) == ([Stat(home)] if home else [])
    assert not account.parse(Readings(texts)).home_missing
    gone = texts | {f"stat:{home}": Missing()}
    assert account.parse(Readings(gone)).home_missing is bool(home)


NODES = [
    ("crw-rw---- root render", "render"), ("crw-rw-rw- root render", ""), ("crw-rw----+ root video", "video"),
    ("drwx------ root render", ""), ("", ""),
]  # fmt: skip


@pytest.mark.parametrize(("stat", "group"), NODES)
def test_who_may_open_the_device(stat, group):
    readings = Readings({account.NODE.key: Text(stat)})
    assert account.parse(readings).node_group == group
    assert account.follow_up(readings) == [account.GROUPS]
    assert account.follow_up(Readings({account.NODE.key: Missing()})) == []


# drivers

CARD = PciCard("0000:01:00.0", NVIDIA, 0x2684, "RTX 4090", "nvidia", "k")


def with_(**more):
    return Drivers(**{"cards": (CARD,)} | more)


def test_cards_by_vendor_and_whether_nvidia_is_known_to_be_absent():
    assert with_().of(NVIDIA) == (CARD,)
    assert with_().of(AMD) == ()
    other = PciCard("1", AMD, 1, "", "", "k")
    lacks = [
        with_(),
        with_(cards=()),
        with_(cards=(other,)),
        with_(cards=(other,), nvidia_on_bus=True),
    ]
    assert [one.lacks_nvidia for one in lacks] == [False, False, True, False]


LOADED = [
    ({"loaded": frozenset({"nvidia"})}, True), ({"loaded": frozenset({"amdgpu"})}, False),
    ({"there": {"/sys/module/nvidia": True}}, True), ({"there": {"/sys/module/nvidia": False}}, False), ({}, None),
    ({"loaded": frozenset(), "there": {"/sys/module/nvidia": True}}, False),
]  # fmt: skip


@pytest.mark.parametrize(("more", "loaded"), LOADED)
def test_whether_a_module_is_loaded(more, loaded):
    assert with_(**more).is_loaded("nvidia") is loaded


def test_a_device_file_is_missing_only_where_it_was_looked_for():
    there = {"/dev/a": False, "/dev/b": True, "/dev/c": None}
    missing = [with_(there=there).is_missing(f"/dev/{name}") for name in "abcd"]
    assert missing == [True, False, False, False]


RELEASES = [("5.15.0-133-generic", (5, 15, 0)), ("6.1", (6, 1)), ("6.12.3.4", (6, 12, 3)), ("6", ()), ("", ()), ("x6.1", ())]  # fmt: skip


@pytest.mark.parametrize(("kernel", "release"), RELEASES)
def test_the_release_of_a_kernel(kernel, release):
    assert with_(kernel=kernel).release == release


LSPCI = """\
01:00.0 VGA compatible controller [0300]: NVIDIA Corporation AD102 [GeForce RTX 4090] [10de:2684] (rev a1)
\tSubsystem: x
\tKernel driver in use: nvidia
02:00.0 VGA compatible controller: Advanced Micro Devices, Inc. [AMD/ATI] Navi 31
\tKernel modules: amdgpu
03:00.0 Ethernet controller [0200]: Intel [8086:15f3]
"""


def test_cards_that_lspci_lists():
    first, second = drivers._listed("k", LSPCI)
    assert (first.bus, first.vendor, first.device, first.driver) == ("0000:01:00.0", NVIDIA, 0x2684, "nvidia")  # fmt: skip
    assert (second.vendor, second.device, second.driver) == (AMD, None, "")
    bare = LSPCI.replace("Kernel", "Other")
    assert [one.driver for one in drivers._listed("k", bare)] == [None, None]


HWINFO = """\
10: PCI 100.0: 0300 VGA compatible controller (VGA)
  SysFS BusID: 0000:01:00.0
  Hardware Class: graphics card
  Model: "nVidia AD102"
  Vendor: pci 0x10de "nVidia Corporation"
  Device: pci 0x2684 "AD102"
  Driver: "nvidia"
11: PCI 200.0: 0300 VGA
  Hardware Class: graphics card
  Vendor: pci 0x1002 "ATI"
12: PCI 300.0: 0200 Ethernet
  Vendor: pci 0x8086 "Intel"
"""


def test_cards_that_hwinfo_describes():
    first, second = drivers._described("k", HWINFO)
    assert first == PciCard("0000:01:00.0", NVIDIA, 0x2684, "nVidia AD102", "nvidia", "k")
    assert second == PciCard("k", AMD, None, "", "", "k")


def asked(*vendors, **texts):
    found = {"command:lspci -nnk": Text("")} | texts
    listed = [PciCard(str(at), one, 1, "", "", "k") for at, one in enumerate(vendors)]
    return listed, Readings(found)


FOLLOWED = [
    ((), []), ((NVIDIA,), ["MODINFO", "WAITING", "DKMS"]), ((AMD,), ["DKMS"]), ((0x8086,), []),
    ((AMD, NVIDIA), ["MODINFO", "WAITING", "DKMS"]),
]  # fmt: skip


@pytest.mark.parametrize(("vendors", "names"), FOLLOWED)
def test_only_a_machine_with_such_a_card_is_asked_more(monkeypatch, vendors, names):
    cards, readings = asked(*vendors)
    monkeypatch.setattr(drivers, "_cards", lambda _: cards)
    found = drivers.follow_up(readings)
    sleeping = [
        File(drivers.SLEEP.path.replace("*", one.bus)) for one in cards if one.vendor == NVIDIA
    ]
    assert list(found) == [*sleeping, *(getattr(drivers, name) for name in names)]


@pytest.mark.parametrize(
    ("reading", "version", "installed"),
    [
        (Text("7.2.4-81\n"), "7.2.4", True), (Text("?"), None, True),
        (Missing(), None, False), (Failed("no", "denied"), None, None),
    ],
)  # fmt: skip
def test_rocm_is_there_missing_or_nobody_could_tell(reading, version, installed):
    found = rocm.parse(Readings({"file:/opt/rocm/.info/version": reading}))
    assert (found.version, found.installed) == (version, installed)


@pytest.mark.parametrize(
    ("key", "is_engine"),
    [
        ("command:journalctl -u ollama", True), ("command:docker logs a", True), ("command:dmesg", False),
        ("command:podman logs a", True), ("file:/home/a/server.log", True), ("http:/api/version", False),
    ],
)  # fmt: skip
def test_what_the_engines_wrote(key, is_engine):
    assert logs.Logs({key: "a line"}).engine() == ("a line" if is_engine else "")
