"""One file over a bad line: the same command again ends in the very bytes, and little comes twice."""

import hashlib
import json
import os
import subprocess
import sys
import time
from types import SimpleNamespace

import pytest

from localai_setup.machine.fetching import blocks, connections, flushing, pauses, transfer
from localai_setup.machine.fetching.pace import CATCH_UP_SECONDS, PIECE_SECONDS, Pace
from localai_setup.machine.fetching.segments import LEAST_SPLIT_BYTES, Segment, Segments
from localai_setup.machine.fetching.transfer import FileRequest, fetch, present_bytes
from localai_setup.model.errors import LocalaiError

from . import weather_server

MIB = 1024 * 1024
CONTENT = os.urandom(3 * MIB)
LARGE = os.urandom(8 * MIB) * 8


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch):
    monkeypatch.setattr(pauses, "PAUSES_SECONDS", (0.0,))


@pytest.fixture
def weather():
    with weather_server.running(CONTENT) as made:
        yield made


def request(weather, folder):
    digest = hashlib.sha256(weather.content).hexdigest()
    part, target = folder / "file.part", folder / "file"
    return FileRequest("file", weather.address, len(weather.content), digest, part, target, "there")


def got(weather, folder):
    fetch(request(weather, folder), lambda _: None)
    assert (folder / "file").read_bytes() == weather.content
    assert sorted(one.name for one in folder.iterdir()) == ["file"]


CLEAR = {
    "nothing": {},
    "cut every half MiB": {"cut_every": MIB // 2},
    "one quarter MiB an answer": {"most": MIB // 4},
    "no ranges": {"ranges": False},
    "busy for a moment": {
        "statuses": [(503, {"Retry-After": "0"}), (429, {}), (500, {}), (408, {})]
    },
    "an expired date": {"statuses": [(429, {"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"})]},
    "a word for a pause": {"statuses": [(503, {"Retry-After": "soon"})]},
}


@pytest.mark.parametrize("faults", CLEAR.values(), ids=CLEAR)
def test_bad_weather_passes(weather, tmp_path, faults):
    vars(weather).update(faults)
    got(weather, tmp_path)
    assert weather.sent <= len(CONTENT) + weather_server.PIECE * len(weather.requests)


STORMS = {
    "another part": ({"shift": 7}, "another part"),
    "compressed": ({"extra": {"Content-Encoding": "gzip"}}, "compressed"),
    "a web page": ({"extra": {"Content-Type": "text/html"}}, "web page"),
    "always busy": ({"statuses": [(503, {})] * 50}, "HTTP 503"),
    "a long pause": ({"statuses": [(429, {"Retry-After": "3600"})]}, "60 minutes"),
    "a proxy's login": ({"statuses": [(407, {})]}, "user and a password"),
}


@pytest.mark.parametrize(("faults", "words"), STORMS.values(), ids=STORMS)
def test_what_does_not_pass_is_named_and_nothing_is_in_place(weather, tmp_path, faults, words):
    vars(weather).update(faults)
    with pytest.raises(LocalaiError) as caught:
        fetch(request(weather, tmp_path), lambda _: None)
    assert words in str(caught.value.what) + str(caught.value.hint)
    assert not (tmp_path / "file").exists()
    weather.clear()
    got(weather, tmp_path)


def test_without_ranges_what_is_there_is_kept_while_it_comes_again(weather, tmp_path):
    (tmp_path / "file.part").write_bytes(CONTENT[:MIB])
    weather.ranges, weather.cut_every = False, MIB // 2
    with pytest.raises(LocalaiError):
        fetch(request(weather, tmp_path), lambda _: None)
    assert present_bytes(tmp_path / "file.part", len(CONTENT)) == MIB


def seconds_with_company(folder):
    """How long a file takes whose server gives each connection 12 MiB/s."""
    folder.mkdir()
    with weather_server.running(LARGE) as weather:
        weather.rate = 12 * MIB
        began = time.monotonic()
        got(weather, folder)
        took = time.monotonic() - began
    assert len(set(weather.requests)) > 1
    return took


def test_a_slow_connection_gets_company(tmp_path, monkeypatch):
    """A machine that is busy with other things is given several tries."""
    monkeypatch.setattr(connections, "MEASURE_SECONDS", 0.2)
    alone = len(LARGE) / (12 * MIB)
    assert any(seconds_with_company(tmp_path / str(n)) < 0.8 * alone for n in range(4))


def test_a_fast_connection_stays_alone(tmp_path, monkeypatch):
    """What counts as fast is set so low that a busy machine is fast too."""
    monkeypatch.setattr(connections, "MEASURE_SECONDS", 0.01)
    monkeypatch.setattr(connections, "FAST_RATE", 1.0)
    with weather_server.running(LARGE) as weather:
        got(weather, tmp_path)
    assert len(weather.requests) == 1


KILLED = """
import sys, pathlib
from localai_setup.machine.fetching import connections, transfer
connections.MEASURE_SECONDS = 0.2
url, total, digest, folder = sys.argv[1], int(sys.argv[2]), sys.argv[3], pathlib.Path(sys.argv[4])
transfer.fetch(transfer.FileRequest("file", url, total, digest, folder / "file.part",
               folder / "file", "there"), lambda p: print(p.done, flush=True))
"""


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9])
def test_a_killed_download_over_several_connections_goes_on(tmp_path, share):
    with weather_server.running(LARGE) as weather:
        weather.rate = 8 * MIB
        made = request(weather, tmp_path)
        argv = [sys.executable, "-c", KILLED, made.url, str(made.bytes), made.sha256, str(tmp_path)]
        child = subprocess.Popen(argv, stdout=subprocess.PIPE, text=True)
        for line in child.stdout:
            if float(line) > share * made.bytes:
                break
        child.kill()
        child.communicate()
        time.sleep(0.2)
        present, weather.sent, weather.rate = present_bytes(made.part, made.bytes), 0, None
        assert present > (share - 0.15) * made.bytes
        got(weather, tmp_path)
        assert weather.sent <= made.bytes - present + weather_server.PIECE * len(weather.requests)


def test_a_server_that_takes_few_connections_ends_the_others_alone(tmp_path, monkeypatch):
    monkeypatch.setattr(connections, "MEASURE_SECONDS", 0.1)
    monkeypatch.setattr(pauses, "PAUSES_SECONDS", (0.2,))  # a server notes later that one has ended
    with weather_server.running(LARGE[: 24 * MIB]) as weather:
        weather.rate, weather.most_connections = 4 * MIB, 2  # no fast computer is needed
        got(weather, tmp_path)
    assert weather.refused_connections


def lines(*blocks):
    return "".join(f"{start} {length} {checksum}\n" for start, length, checksum in blocks)


LOGS = {
    "two in order": (lines((0, 10, "0" * 8), (10, 5, "0" * 8)), [(0, 10), (10, 5)]),
    "a gap": (lines((0, 10, "0" * 8), (50, 5, "0" * 8)), [(0, 10), (50, 5)]),
    "an overlap": (lines((0, 10, "0" * 8), (5, 20, "0" * 8)), [(0, 10)]),
    "the later one counts": (lines((0, 10, "0" * 8), (0, 7, "0" * 8)), [(0, 7)]),
    "beyond the end": (lines((90, 20, "0" * 8)), []),
    "cut off": ("0 10 00000000\n10 5 00", [(0, 10)]),
    "without a checksum": ("0 50 unknown\n", [(0, 50)]),
    "no log": ("\0\xff[{}" * 50, []),
    "too long to be one": (lines((0, 99_000_000_000, "0" * 8)), []),
}


@pytest.mark.parametrize(("text", "expected"), LOGS.values(), ids=LOGS)
def test_a_log_is_believed_only_where_it_can_be_right(tmp_path, text, expected):
    blocks.log_of(tmp_path / "file.part").write_bytes(text.encode())
    found = blocks.read(tmp_path / "file.part", 100)
    assert [(one.start, one.length) for one in found] == expected
    assert Segments.of_blocks(100, found).done == sum(length for _, length in expected)


DAMAGES = {
    "a byte": lambda raw: raw[: MIB // 2] + bytes([raw[MIB // 2] ^ 1]) + raw[MIB // 2 + 1 :],
    "zeros at the end": lambda raw: raw[: 2 * MIB] + bytes(len(raw) - 2 * MIB),
    "cut off": lambda raw: raw[: 2 * MIB + 5],
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_only_the_blocks_that_a_power_cut_took_come_again(weather, tmp_path, damage):
    weather.statuses, weather.status_after = [(503, {})] * 9, len(CONTENT) // 2
    weather.cut_every = len(CONTENT) - MIB // 2
    made = request(weather, tmp_path)
    with pytest.raises(LocalaiError):
        fetch(made, lambda _: None)
    made.part.write_bytes(damage(made.part.read_bytes()))
    present = present_bytes(made.part, made.bytes)
    weather.statuses, weather.cut_every, weather.sent = [], None, 0
    got(weather, tmp_path)
    # two blocks may lie across the damaged place
    assert made.bytes - present < weather.sent <= made.bytes - present + 2 * MIB


def test_all_connections_together_keep_the_rate(tmp_path):
    with weather_server.running(LARGE[: 4 * MIB]) as weather:
        began = time.monotonic()
        fetch(request(weather, tmp_path), lambda _: None, Pace(4 * MIB))
        # a second, without what may be caught up and the last piece
        assert time.monotonic() - began > 1 - CATCH_UP_SECONDS - PIECE_SECONDS


def test_small_rests_are_not_split():
    segments = Segments.in_order(2 * LEAST_SPLIT_BYTES - 1, 0)
    assert segments.claim()
    assert segments.claim() is None


def test_wrong_bytes_never_get_the_name(weather, tmp_path):
    made = request(weather, tmp_path)
    weather.content = bytes(len(CONTENT))
    with pytest.raises(LocalaiError, match="other bytes"):
        fetch(made, lambda _: None)
    assert not list(tmp_path.iterdir())


def test_a_full_disk_is_named(weather, tmp_path, monkeypatch):
    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(connections, "stream", full)
    with pytest.raises(LocalaiError, match="No space left"):
        transfer.fetch(request(weather, tmp_path), lambda _: None)


@pytest.fixture
def flushes(weather, monkeypatch):
    """What the disk was asked to take before the end; a slow line gives it the time."""
    asked = []
    monkeypatch.setattr(flushing, "FLUSH_BYTES", MIB // 2)
    monkeypatch.setattr(flushing, "POLL_SECONDS", 0.01)
    monkeypatch.setattr(flushing, "_flush", asked.append)
    weather.rate = 8 * MIB
    return asked


def test_what_arrived_is_brought_to_the_disk_while_more_comes(weather, tmp_path, flushes):
    got(weather, tmp_path)
    assert flushes


def test_a_disk_that_fails_meanwhile_is_told_and_the_file_has_no_name(
    weather, tmp_path, flushes, monkeypatch
):
    def broken(descriptor):
        flushes.append(descriptor)
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(flushing, "_flush", broken)
    with pytest.raises(OSError, match="Input/output error"):
        fetch(request(weather, tmp_path), lambda _: None)
    assert len(flushes) == 1
    assert not (tmp_path / "file").exists()


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, 1),
        ({"_measured": (0.2, 0)}, 0),
        ({"most": 1}, 0),
        ({"segments": SimpleNamespace(done=10 * MIB, ranged=False)}, 0),
        ({"segments": SimpleNamespace(done=0, ranged=True)}, 0),
        ({"_best_rate": 4.9 * MIB}, 0),
        ({"_best_rate": 4.0 * MIB}, 1),
        ({"segments": SimpleNamespace(done=10_000 * MIB, ranged=True)}, 0),
        ({"workers": [None] * 3}, 3),
        ({"workers": [None] * 4}, 2),
        ({"pace": Pace(6 * MIB)}, 0),
        ({"pace": Pace(60 * MIB)}, 1),
        ({"_silent": [(Segment(0, 9, 3), 3)]}, 0),
        ({"_silent": [(Segment(0, 9, 4), 3)]}, 1),
    ],
    ids=["10 MiB in 2 s", "too soon", "enough", "no ranges", "nothing came", "no faster", "faster", "fast",
         "doubled", "up to the most", "all that may be", "far from it", "one is silent", "none is silent any more"],
)  # fmt: skip
def test_connections_are_added_only_where_that_helps(changed, expected):
    """`_measured`: seconds ago, and the bytes that were there then."""
    made = {"segments": SimpleNamespace(done=10 * MIB, ranged=True), "workers": [None], "most": 6,
            "pace": Pace(), "_silent": [], "_best_rate": 0.0, "_measured": (2.0, 0), **changed}  # fmt: skip
    ago, before = made["_measured"]
    found = object.__new__(connections.Connections)
    vars(found).update(made, _measured=(time.monotonic() - ago, before))
    assert found._helpful() == expected
