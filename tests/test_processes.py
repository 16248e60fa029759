"""Programs that are run to their end: what they print, how they end, and that none outlives its time."""

import codecs
import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from localai_setup.machine.keeping import folders, own_files
from localai_setup.machine.running import printed
from localai_setup.machine.running import processes as processes_module
from localai_setup.machine.running.processes import TIMED_OUT, WORKER, Done, Processes

PYTHON = (sys.executable, "-c")


def run(script, seconds=30.0, **more):
    return Processes().run((*PYTHON, script), seconds, **more)


def test_what_it_prints_and_how_it_ends_is_told():
    done = run("import sys; print('words'); print('trouble', file=sys.stderr); sys.exit(3)")
    assert (done.exit_code, done.stdout.strip(), done.stderr.strip()) == (3, "words", "trouble")
    assert done.last_words == "trouble"


@pytest.mark.parametrize(
    ("done", "words"),
    [
        (Done(1, "a\nb\n", ""), "b"),
        (Done(1, "a\n", "\n first \n\n last \n\n"), "last"),
        (Done(1, "", ""), "it printed nothing"),
        (Done(1, "x" * 1000, ""), "x" * 300),
    ],
)
def test_its_last_words_are_the_last_line_that_says_something(done, words):
    assert done.last_words == words


@pytest.mark.parametrize(
    ("done", "words"),
    [
        (Done(0, "", "well"), "well"),
        (Done(1, "out", "bad flag"), "bad flag"),
        (Done(-11, "", "bad flag"), "signal 11"),
        (Done(-1, "", ""), "signal 1"),
        (Done(0xBFFFFFFF, "", "bad flag"), "bad flag"),
        (Done(0xC0000005, "", "bad flag"), "exit code 0xC0000005"),
        (Done(0xC0000000, "", ""), "exit code 0xC0000000"),
    ],
)
def test_how_it_failed_is_its_signal_or_its_last_words(done, words):
    assert done.how_it_failed == words


def test_one_that_takes_too_long_is_ended_and_told():
    done = run("import time; time.sleep(60)", 0.3)
    assert done.exit_code == TIMED_OUT
    assert "no end after 0.3 s" in done.last_words


def test_somebody_may_watch_while_it_runs():
    seen = []
    done = Processes().run_watched(
        (*PYTHON, "import time; time.sleep(1)"), 30.0, lambda: seen.append(time.monotonic())
    )
    assert done.exit_code == 0
    assert seen


def test_what_is_given_is_in_its_environment_and_nothing_of_the_current_folder(
    tmp_path, monkeypatch
):
    (tmp_path / "json.py").write_text("print('trap')")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    script = "import os; print(os.environ.get('GIVEN'), os.environ.get('PYTHONPATH'))"
    assert run(script, extra={"GIVEN": "yes"}).stdout.split() == ["yes", "None"]


def test_a_program_that_is_not_there_is_an_error_of_the_system():
    with pytest.raises(OSError):
        Processes().run(("no-such-program-anywhere",), 5.0)


def test_a_program_is_known_by_its_number_and_its_beginning():
    processes = Processes()
    assert processes.named(os.getpid()) == processes.named(os.getpid()) is not None
    ended = subprocess.Popen((*PYTHON, "pass"))
    ended.wait()
    assert processes.named(ended.pid) is None


@pytest.mark.skipif(sys.platform != "win32", reason="elsewhere nothing opens a window")
def test_a_server_has_no_window_and_is_in_no_job_of_its_starter(tmp_path):
    """A program that asks for a console of its own gets one that is hidden, and shares it with none
    of ours: closing our window, or Ctrl-C in it, does not reach it."""
    script = (
        "import ctypes; k, u = ctypes.windll.kernel32, ctypes.windll.user32\n"
        "window = k.GetConsoleWindow()\n"
        "print('visible' if window and u.IsWindowVisible(window) else 'hidden')"
    )
    child = Processes().spawn((*PYTHON, script), tmp_path / "log")
    assert child.wait(60) == 0
    assert (tmp_path / "log").read_text().strip() == "hidden"


@pytest.mark.parametrize(("owner", "seen"), [("ours", True), (None, True), (0, True), (1, False)])
def test_who_listens_on_windows_is_read_from_its_one_list(monkeypatch, owner, seen):
    monkeypatch.setattr(sys, "platform", "win32")
    pid = os.getpid() if owner == "ours" else owner
    entry = SimpleNamespace(status="LISTEN", laddr=SimpleNamespace(port=43110), pid=pid)
    monkeypatch.setattr(psutil, "net_connections", lambda _kind: [entry])
    assert Processes().listens(os.getpid(), 43110) is seen
    assert not Processes().listens(os.getpid(), 43111)


def test_a_list_of_windows_that_grew_while_it_was_fetched_ends_nothing(monkeypatch):
    """The server is not seen yet, and asked for again."""
    monkeypatch.setattr(sys, "platform", "win32")

    def failing(_kind):
        raise RuntimeError("GetExtendedTcpTable failed")

    monkeypatch.setattr(psutil, "net_connections", failing)
    assert not Processes().listens(os.getpid(), 43110)
    assert own_files.listener(43110) is None


@pytest.mark.skipif(
    sys.platform != "linux", reason="environments of others are seen on Linux alone"
)
def test_what_a_killed_localai_left_at_work_is_ended_and_that_of_another_home_is_not(
    monkeypatch, tmp_path
):
    def left(home):
        return subprocess.Popen(
            [*PYTHON, "import time; time.sleep(60)"], env={**os.environ, WORKER: str(home)}
        )

    monkeypatch.setattr(processes_module, "_home", lambda: str(tmp_path / "ours"))
    ours, theirs = left(tmp_path / "ours"), left(tmp_path / "theirs")
    try:
        Processes().end_workers()
        assert Processes().named(ours.pid) is None
        assert theirs.poll() is None
    finally:
        ours.kill()
        theirs.kill()


def test_a_program_that_is_run_carries_the_home_it_works_for():
    script = f"import os; print(os.environ[{WORKER!r}])"
    assert Path(Processes().run([*PYTHON, script], 60).stdout.strip()) == folders.folder("data")


@pytest.mark.parametrize(
    ("raw", "code_page", "text"),
    [
        ("Jörg 王\n".encode(), "mbcs", "Jörg 王\n"),
        ("Jörg\n".encode("utf-16"), "mbcs", "Jörg\n"),
        ("Jörg\n".encode("cp1252"), "mbcs", "Jörg\n"),
        ("Verfügbar\n".encode("cp850"), "oem", "Verfügbar\n"),
        ("Jö".encode()[:2], "utf-8", "J\ufffd"),
        (b"\xff\xfa\n", "utf-8", "\ufffd\ufffd\n"),
    ],
)
def test_what_a_program_printed_is_read_in_its_code_page(monkeypatch, raw, code_page, text):
    """As on a Windows of Western Europe, whose two code pages have these names nowhere else."""
    pages = {"mbcs": "cp1252", "oem": "cp850"}
    codecs.register(search := lambda name: pages.get(name) and codecs.lookup(pages[name]))
    monkeypatch.setattr(sys, "platform", "win32")
    try:
        assert printed.text(raw, code_page) == text
    finally:
        codecs.unregister(search)


def test_another_process_with_its_number_is_not_ended(tmp_path):
    processes = Processes()
    child = processes.spawn((*PYTHON, "import time; time.sleep(60)"), tmp_path / "log")
    try:
        right = processes.named(child.pid)
        processes.end(replace(right, create_time=right.create_time + 1))
        assert child.poll() is None
        processes.end(right)
        child.wait(10)
        assert processes.named(child.pid) is None
    finally:
        child.kill()
        child.wait()


def test_who_has_just_ended_listens_nowhere():
    """It could not take its port, and the answer there is somebody else's."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    assert not Processes().listens(process.pid, 43110)
