"""One file over a bad line: the same command again ends in the very bytes, and little comes twice."""

import hashlib
import json
import os
import subprocess
import sys
import time
from types import SimpleNamespace

import pytest

from localai_setup.machine.fetching import connections, pauses, transfer
from localai_setup.machine.fetching.segments import LEAST_SPLIT_BYTES, Segments, from_json
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
    vars(weather).update(weather_server.Weather(CONTENT).__dict__ | {"address": weather.address})
    got(weather, tmp_path)


def test_without_ranges_what_is_there_is_kept_while_it_comes_again(weather, tmp_path):
    (tmp_path / "file.part").write_bytes(CONTENT[:MIB])
    weather.ranges, weather.cut_every = False, MIB // 2
    with pytest.raises(LocalaiError):
        fetch(request(weather, tmp_path), lambda _: None)
    assert (tmp_path / "file.part").stat().st_size == MIB


def seconds_with_company(folder):
    """How long a file takes whose server gives each connection 12 MiB/s."""
    folder.mkdir()
    with weather_server.running(LARGE) as weather:
        weather.rate = 12 * MIB
        began = time.monotonic()
        got(weather, folder)
        took = time.monotonic() - began
    assert len(set(weather.requests)) > 2
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
connections.MEASURE_SECONDS = transfer.JOURNAL_SECONDS = 0.2
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
        had, weather.sent, weather.rate = present_bytes(made.part, made.bytes), 0, None
        assert had > (share - 0.15) * made.bytes
        got(weather, tmp_path)
        assert weather.sent <= made.bytes - had + weather_server.PIECE * len(weather.requests)


def test_a_journal_is_believed_only_where_it_can_be_right():
    segments = Segments.in_order(100 * MIB, 10)
    first = segments.claim()
    second = segments.claim()
    assert (first.end, second.start) == (second.start, second.at)
    again = from_json(segments.to_json(), 100 * MIB)
    assert [(s.start, s.end, s.at) for s in again.items] == [
        (s.start, s.end, s.at) for s in segments.items
    ]
    bad = ["", "[", "{}", '{"bytes": 5, "at": []}', "[" * 100_000, '{"bytes": 100, "at": [[1, 2]]}',
           '{"bytes": 100, "at": [[0, 200]]}', '{"bytes": 100, "at": [[0, "x"]]}']  # fmt: skip
    assert all(from_json(text, 100) is None for text in bad)
    assert from_json(json.dumps({"bytes": 100, "at": [[0, 50], [60, 60]]}), 101) is None


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


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, True),
        ({"_measured": (0.2, 0)}, False),
        ({"most": 1}, False),
        ({"segments": SimpleNamespace(done=10 * MIB, ranged=False)}, False),
        ({"segments": SimpleNamespace(done=0, ranged=True)}, False),
        ({"_best_rate": 4.9 * MIB}, False),
        ({"_best_rate": 4.0 * MIB}, True),
        ({"segments": SimpleNamespace(done=10_000 * MIB, ranged=True)}, False),
    ],
    ids=["10 MiB in 2 s", "too soon", "enough", "no ranges", "nothing came", "no faster", "faster", "fast"],
)  # fmt: skip
def test_another_connection_is_added_only_where_it_helps(changed, expected):
    """`_measured`: seconds ago, and the bytes that were there then."""
    made = {"segments": SimpleNamespace(done=10 * MIB, ranged=True), "workers": [None], "most": 6,
            "_best_rate": 0.0, "_measured": (2.0, 0), **changed}  # fmt: skip
    ago, before = made["_measured"]
    found = object.__new__(connections.Connections)
    vars(found).update(made, _measured=(time.monotonic() - ago, before))
    assert found._another_helps() is expected
