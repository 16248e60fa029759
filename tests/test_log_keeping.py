"""A server's log stays small however long it runs, and is read over the place where it was cut."""

import contextlib
import subprocess
import sys
import time

import psutil
import pytest

from localai_setup.machine.keeping import tail
from localai_setup.machine.running import _log_keeper, log_keeping
from localai_setup.machine.running.processes import Processes

MOST, HEAD, LINES = 60_000, 2_000, 6_000
#: the lines of one file (42 bytes each) are kept however short before the end the last cut was
FEWEST = 1_300
#: writes numbered lines, slowly enough that its log is cut several times, also by a keeper that a busy
#: machine holds up, then waits. A line that comes while the log is cut may be lost, so the last one comes
#: when that is long over.
WRITER = f"""
import os, sys, time
for number in range({LINES}):
    if number == {LINES} - 1:
        time.sleep(1)
    print(f"line {{number:06}} " + "x" * 30, flush=True)
    if number % 250 == 249:
        time.sleep(0.04)
        for _ in range(1000):
            if os.fstat(1).st_size > {MOST}:
                time.sleep(0.02)
time.sleep(120)
"""


@pytest.fixture
def written(tmp_path, monkeypatch):
    """A log that was written to its end by a server that still runs; the server."""
    monkeypatch.setattr(log_keeping, "MOST_BYTES", MOST)
    monkeypatch.setattr(log_keeping, "HEAD_BYTES", HEAD)
    monkeypatch.setattr(log_keeping, "POLL_SECONDS", 0.01)
    monkeypatch.setattr(log_keeping, "_keepers", [])
    log = tmp_path / "a folder ü" / "server.log"
    processes = []

    def write(prepare=lambda _: None):
        log.parent.mkdir(exist_ok=True)
        prepare(log)
        processes.append(Processes().spawn((sys.executable, "-c", WRITER), log))
        wait_for(lambda: numbers(tail.last_lines(log, 3))[-1:] == [LINES - 1])
        time.sleep(0.1)  # the keeper may be about to cut once more
        return log

    yield write
    for one in processes:
        one.kill()
        one.wait()
    for one in log_keeping._keepers:
        one.wait(timeout=20)


def wait_for(true, seconds=240):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


def numbers(lines):
    return [int(line.split()[1]) for line in lines if line.startswith("line ")]


def test_the_log_is_cut_and_read_over_the_seam(written):
    log = written()
    older = log.with_name("server.log.1")
    assert log.stat().st_size < 2 * MOST
    assert older.stat().st_size < 2 * MOST
    assert log.read_text().startswith("line 000000 ")
    last = numbers(tail.last_lines(log, FEWEST))
    assert len(last) == FEWEST
    assert last[-1] == LINES - 1
    everything = numbers(tail.last_lines(log, 10**6))
    assert everything[0] == 0
    assert everything == sorted(set(everything))
    newest = numbers(tail.last_lines(log, 900))
    assert newest[-1] - newest[0] < 1000, "a few lines may be lost at a cut, no more"


def test_the_keeper_ends_with_its_server(written):
    written()
    [keeper] = log_keeping._keepers
    assert keeper.poll() is None
    # whoever wrote the log is another child of ours; of others some may have ended
    for child in psutil.Process().children():
        with contextlib.suppress(psutil.Error):
            if child.pid != keeper.pid and "line {number" in " ".join(child.cmdline()):
                child.kill()
    assert keeper.wait(timeout=20) == 0


@pytest.mark.skipif(sys.platform != "linux", reason="reads the environment of a process")
def test_the_keeper_is_no_server_and_knows_no_secret(written, monkeypatch):
    monkeypatch.setenv("LOCALAI_PLANTED_KEY", "sk-planted")
    written()
    [keeper] = log_keeping._keepers
    assert set(psutil.Process(keeper.pid).environ()) <= {"SYSTEMROOT", "LC_CTYPE"}


def test_where_the_older_lines_cannot_be_kept_the_log_stays_small_all_the_same(written):
    log = written(lambda log: log.with_name("server.log.1").mkdir())
    assert log.stat().st_size < 2 * MOST
    assert numbers(tail.last_lines(log, 10))[-1] == LINES - 1


def test_a_server_starts_where_no_keeper_can(tmp_path, monkeypatch):
    start = subprocess.Popen

    def refused(argv, **how):
        if "_log_keeper.py" in " ".join(argv):
            raise OSError(11, "Resource temporarily unavailable")
        return start(argv, **how)

    monkeypatch.setattr(subprocess, "Popen", refused)
    process = Processes().spawn((sys.executable, "-c", "print('here')"), tmp_path / "server.log")
    process.wait(timeout=30)
    assert (tmp_path / "server.log").read_text().strip() == "here"


def test_new_lines_are_followed_over_a_cut(tmp_path, monkeypatch):
    monkeypatch.setattr(tail, "POLL_SECONDS", 0.01)
    log = tmp_path / "server.log"
    log.write_text("old\n" * 100)
    followed = tail.follow(log)
    writes = [
        lambda: log.open("a").write("one\n"),
        lambda: log.write_text("old\n" + tail.SEAM + "server.log.1 ~~~~\ntwo\n"),
        lambda: log.write_text("three\n"),
    ]
    monkeypatch.setattr(tail.time, "sleep", lambda _: writes.pop(0)())
    assert [next(followed) for _ in range(3)] == ["one", "two", "three"]


def test_reader_and_keeper_know_the_same_seam():
    assert tail.SEAM.encode() == _log_keeper.SEAM


SEAM_LINE = _log_keeper.SEAM + b"server.log.1 ~~~~\n"
#: log, as much of it as stays → what stays, and what the older file holds
CUT = {
    "never cut before": (b"a\nb\nc\nd\n", 5, b"a\nb\n", b"c\nd\n"),
    "a line too long for the head": (b"abcdefgh\nb\n", 4, b"", b"abcdefgh\nb\n"),
    "cut before": (b"a\nb\n" + SEAM_LINE + b"c\nd\n", 40, b"a\nb\n", b"c\nd\n"),
    "nothing before the seam": (SEAM_LINE + b"c\nd\n", len(SEAM_LINE) + 3, b"", b"c\nd\n"),
}


@pytest.mark.skipif(sys.platform == "win32", reason="the log is opened as a server here does it")
@pytest.mark.parametrize("case", CUT)
def test_what_stays_ends_with_a_complete_line_and_holds_one_seam(case, tmp_path, monkeypatch):
    content, head, stays, older = CUT[case]
    log = tmp_path / "server.log"
    log.write_bytes(content)
    with log.open("r+b") as shared:
        monkeypatch.setattr(_log_keeper, "SHARED", shared.fileno())
        _log_keeper.cut(str(log), head)
    assert log.read_bytes() == stays + SEAM_LINE
    assert log.with_name("server.log.1").read_bytes() == older
