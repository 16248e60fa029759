"""Ports, pasted texts, patience, and what is kept of the machine: values in, values out."""

import json
import os
import socket
from pathlib import Path
from types import SimpleNamespace as Made

import pytest

from localai_setup.machine.asking import pasted
from localai_setup.machine.fetching import tool_homes
from localai_setup.machine.keeping import folders, memory_speed, patience
from localai_setup.machine.running import ports
from localai_setup.model.errors import Exit, LocalaiError
from localai_setup.probes import _gpu_cards
from localai_setup.sightings._sighting import Listing, Sighting

pytestmark = pytest.mark.quick


@pytest.fixture
def taken():
    """A port of loopback that something listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        one.listen()
        yield one.getsockname()[1]


def test_a_port_that_is_taken_is_not_free_and_can_be_reached(taken):
    assert not ports.is_free(taken)
    assert ports.can_be_reached("127.0.0.1", taken)


def test_a_port_that_is_free_can_not_be_reached():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        free = one.getsockname()[1]
    assert ports.is_free(free) is True
    assert not ports.can_be_reached("127.0.0.1", free)


def test_only_addresses_of_this_computer_can_be_listened_at():
    assert [ports.is_own(one) for one in ("127.0.0.1", "0.0.0.0", "192.0.2.1")] == [
        True,
        True,
        False,
    ]


def test_of_all_addresses_that_of_the_network_is_tried(monkeypatch, taken):
    monkeypatch.setattr(ports, "network_address", lambda: "127.0.0.1")
    assert ports.can_be_reached("0.0.0.0", taken)
    monkeypatch.setattr(ports, "network_address", lambda: None)
    assert ports.can_be_reached("0.0.0.0", 1)


def test_the_address_in_a_network_is_none_of_loopback(monkeypatch):
    import psutil

    def interface(*addresses):
        return [Made(family=family, address=one) for family, one in addresses]

    four, six = socket.AF_INET, socket.AF_INET6
    found = {
        "lo": interface((four, "127.0.0.1"), (six, "::1")),
        "eth": interface((six, "fe80::1"), (four, "192.0.2.7")),
    }
    monkeypatch.setattr(psutil, "net_if_addrs", lambda: found)
    assert ports.network_address() == "192.0.2.7"
    monkeypatch.setattr(psutil, "net_if_addrs", lambda: {"lo": found["lo"]})
    assert ports.network_address() is None


def test_the_first_free_port_is_taken_and_where_none_is_left_it_is_told(monkeypatch):
    monkeypatch.setattr(ports, "is_free", lambda port: port in (7, 9))
    assert (ports.free_port(5), ports.free_port(7), ports.free_port(8)) == (7, 7, 9)
    last = 10 + ports.PORTS - 1
    monkeypatch.setattr(ports, "is_free", lambda port: port in (9, last + 1))
    with pytest.raises(LocalaiError) as refused:
        ports.free_port(10)
    assert refused.value.what == f"All ports from 10 to {last} are taken."
    assert refused.value.why and refused.value.hint
    monkeypatch.setattr(ports, "is_free", lambda port: port == last)
    assert list(_until_none_is_left(ports.free_ports(10))) == [last]


def _until_none_is_left(found):
    try:
        yield from found
    except LocalaiError:
        return


ENCODINGS = [
    (b"\xff\xfea\0", "utf-16"), (b"\xfe\xff\0a", "utf-16"), (b"a\0b\0c\0", "utf-16-le"), (b"\0a\0b\0c", "utf-16-be"),
    (b"a\0bcdefgh", "utf-8-sig"), ("größe".encode(), "utf-8-sig"), ("größe".encode("latin-1"), "latin-1"),
    (b"\xff" + b"a" * 198, "utf-8-sig"), (b"\xff" + b"a" * 98, "latin-1"), (b"plain", "utf-8-sig"),
]  # fmt: skip


@pytest.mark.parametrize(("raw", "encoding"), ENCODINGS, ids=lambda one: str(one)[:16])
def test_how_a_text_is_written(raw, encoding):
    assert pasted.encoding_of(raw) == encoding
    assert pasted.encoding_of(raw[:4] if encoding == "utf-16" else raw, raw) == encoding


TEXTS = [
    ("CUDA error: out of memory", True), ("one", False), ("/a b", False), ("./a b", False), ("~/a b", False),
    ("\\a b", False), ("my server.log", False), ("a b.txt", False), ("x" * 5000 + " y", True),
]  # fmt: skip


@pytest.mark.parametrize(("argument", "text"), TEXTS, ids=lambda one: str(one)[:16])
def test_whether_an_error_itself_was_pasted(argument, text):
    assert pasted._is_text(argument) is text


def test_a_file_of_several_words_is_no_pasted_error(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert pasted._is_text("my notes")
    Path("my notes").touch()
    assert not pasted._is_text("my notes")


def test_with_nothing_to_read_it_is_told_how(monkeypatch):
    monkeypatch.setattr(pasted.sys, "stdin", Made(isatty=lambda: True))
    with pytest.raises(LocalaiError) as refused:
        pasted.read(None)
    assert refused.value.what.startswith("There is nothing to read: no text was piped in")
    assert refused.value.exit_code == Exit.USAGE
    assert "reads an error or a log" in refused.value.why
    assert "end it with Ctrl-D" in refused.value.hint


def test_a_text_that_is_read_in_part_says_which():
    assert pasted._partly(99_600_000).startswith("The text has 95 MB; its first ")
    assert "Cut out the part around an error" in pasted._partly(1)


class Busy:
    """Fails so many times as Windows does, then works."""

    def __init__(self, times, winerror=32):
        self.left, self.winerror, self.calls = times, winerror, 0

    def __call__(self):
        self.calls += 1
        if self.calls <= self.left:
            error = OSError("in use")
            error.winerror = self.winerror
            raise error


@pytest.mark.parametrize("winerror", [5, 32])
def test_what_is_open_elsewhere_for_a_moment_is_waited_for(monkeypatch, winerror):
    clock = iter(range(100))
    slept = []
    monkeypatch.setattr(patience, "time", Made(monotonic=lambda: next(clock), sleep=slept.append))
    busy = Busy(2, winerror)
    patience._repeated(busy)
    assert (busy.calls, slept) == (3, [patience.POLL_SECONDS] * 2)
    with pytest.raises(OSError, match="in use"):
        patience._repeated(Busy(99, winerror))


def test_another_error_is_not_waited_for(monkeypatch):
    monkeypatch.setattr(patience, "time", Made(monotonic=lambda: 0.0, sleep=pytest.fail))
    for other in (Busy(1, 2), Busy(1, None)):
        with pytest.raises(OSError, match="in use"):
            patience._repeated(other)


def test_replacing_and_removing_do_what_they_say(tmp_path):
    (tmp_path / "a").write_text("a")
    patience.replace(tmp_path / "a", tmp_path / "b")
    assert [one.name for one in tmp_path.iterdir()] == ["b"]
    patience.unlink(tmp_path / "b")
    patience.unlink(tmp_path / "b")
    (tmp_path / "c" / "d").mkdir(parents=True)
    patience.remove_tree(tmp_path / "c")
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("LOCALAI_HOME", str(tmp_path))
    folders.all_folders.cache_clear()
    yield tmp_path
    folders.all_folders.cache_clear()


def test_the_speed_of_memory_is_measured_once_for_each_machine(home, monkeypatch):
    measured = []
    monkeypatch.setattr(
        memory_speed.memory_speed, "read_gbps", lambda threads: measured.append(threads) or 40.0
    )
    assert memory_speed.gbps(4, 16000) == 40.0
    assert not memory_speed.path().exists()
    memory_speed.path().parent.mkdir(parents=True, exist_ok=True)
    for threads, total in ((4, 16000), (4, 16000), (8, 16000), (8, 32000)):
        assert memory_speed.gbps(threads, total) == 40.0
    assert measured == [4, 4, 8, 8]
    kept = {"gbps": 0.0, "threads": 8, "total_mib": 32000}
    memory_speed.path().write_text(json.dumps(kept))
    assert memory_speed.gbps(8, 32000) == 40.0
    memory_speed.path().write_text(json.dumps(kept | {"gbps": 0.5}))
    assert memory_speed.gbps(8, 32000) == 0.5
    memory_speed.path().write_text("nonsense")
    assert memory_speed.gbps(8, 32000) == 40.0
    assert measured == [4, 4, 8, 8, 8, 8]


def test_a_speed_that_cannot_be_measured_is_not_kept(home, monkeypatch):
    memory_speed.path().parent.mkdir(parents=True, exist_ok=True)
    monkeypatch.setattr(memory_speed.memory_speed, "read_gbps", lambda _: None)
    assert memory_speed.gbps(4, 16000) is None
    assert not memory_speed.path().exists()


def test_tools_write_beside_the_target_and_make_no_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("PIP_CACHE_DIR", str(tmp_path / "pip"))
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "uv"))
    scratch = {name: str(tmp_path) for name in ("TMPDIR", "TEMP", "TMP")} | {
        "RUSTUP_HOME": str(tmp_path / "rustup")
    }
    assert tool_homes.variables(tmp_path) == scratch | {"PIP_NO_CACHE_DIR": "1", "UV_NO_CACHE": "1"}
    os.mkdir(tmp_path / "pip")
    assert tool_homes.variables(tmp_path) == scratch | {"UV_NO_CACHE": "1"}
    os.mkdir(tmp_path / "uv")
    assert tool_homes.variables(tmp_path) == scratch
    assert (tool_homes.pip_cache(), tool_homes.uv_cache()) == (tmp_path / "pip", tmp_path / "uv")


def seen(vendor="nvidia", **more):
    return Sighting(vendor, **more)


VENDOR, ID = _gpu_cards.SAME_VENDOR, _gpu_cards.SAME_ID
LIKE = [
    (seen(), seen("amd"), 0), (seen(), seen(mig=1), 0), (seen(), seen(), VENDOR),
    (seen(bus="1"), seen(bus="1"), _gpu_cards.SAME_BUS), (seen(bus="1"), seen(bus="2"), 0),
    (seen(bus="1", name="A"), seen(name="A"), VENDOR + _gpu_cards.SAME_NAME),
    (seen(pci_id="1:2"), seen(pci_id="1:2"), VENDOR + ID), (seen(pci_id="1:2"), seen(pci_id="1:3"), 0),
    (seen(pci_id="1:2"), seen(), VENDOR), (seen(integrated=True), seen(integrated=False), 0),
    (seen(index=0), seen(index=0), VENDOR + _gpu_cards.SAME_INDEX), (seen(index=0), seen(index=1), 0),
    (seen("amd", index=0), seen("amd", index=1), VENDOR), (seen(index=0), seen(), VENDOR),
    (seen(name="A"), seen(name="B"), VENDOR), (seen(name="A"), seen(name="A"), VENDOR + _gpu_cards.SAME_NAME),
]  # fmt: skip


@pytest.mark.parametrize(("card", "other", "score"), LIKE)
def test_whether_two_sightings_are_of_one_card(card, other, score):
    assert _gpu_cards.likeness(card, other) == score
    assert _gpu_cards.likeness(other, card) == score


def test_each_sighting_goes_to_the_card_that_it_is_most_like():
    first = Listing("first", (seen("amd"), seen("amd", pci_id="1:2"), seen("amd", pci_id="1:3")))
    again = Listing("again", (seen("amd", pci_id="1:3"), seen("amd"), seen("amd", pci_id="1:2")))
    cards = _gpu_cards.gather((first, again))
    pairs = [[one.pci_id for one in card.sightings] for card in cards]
    assert pairs == [[None, None], ["1:2", "1:2"], ["1:3", "1:3"]]
    alike = Listing("alike", (seen("amd", name="A"), seen("amd", name="B")))
    others = Listing("others", (seen("amd", memory_mib=1), seen("amd", memory_mib=2)))
    cards = _gpu_cards.gather((alike, others))
    assert [one.sightings[1].memory_mib for one in cards] == [1, 2]


#: what two sources of one card tell → the fields that they contradict each other on
STATED_TWICE = [
    ({"driver": "550.54"}, {"driver": "550.54"}, []), ({"driver": "550.54"}, {"driver": "550.90"}, ["driver"]),
    ({"driver": "550.54"}, {}, []), ({"memory_mib": 8192}, {"memory_mib": 8100}, []),
    ({"memory_mib": 8192}, {"memory_mib": 4096}, ["memory_mib"]),
    ({"driver": "a"}, {"driver": "b", "weak": frozenset({"driver"})}, []),
    ({"pci_id": "1:2", "gfx": "gfx90a"}, {"pci_id": "1:3", "gfx": "gfx1030"}, ["pci_id", "gfx"]),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other", "facts"), STATED_TWICE)
def test_what_sources_contradict_each_other_on(one, other, facts):
    card = _gpu_cards.Card([seen(**one), seen(**other)], ["a", "b"])
    found = _gpu_cards.disagreements(card, ())
    assert [each.fact for each in found] == facts
    assert all([source for source, _ in each.stated] == ["a", "b"] for each in found)
