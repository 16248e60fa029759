"""What is otherwise on Windows, with the system's name faked where the rest of it is Python's own.

What needs a Windows runs under `tests/windows_wine.sh`.
"""

import errno
import signal
import socket
import sys
from dataclasses import replace

import pytest

from localai_setup import cli, guard, state
from localai_setup.commands import status as status_command
from localai_setup.commands._options import Options
from localai_setup.machine.fetching import archives
from localai_setup.machine.keeping import statefile
from localai_setup.machine.running import ports
from localai_setup.model.errors import Exit
from localai_setup.ui import console, places

from .test_state import DOCUMENT, home  # noqa: F401

pytestmark = pytest.mark.quick
PIPE_CLOSED = OSError(errno.EINVAL, "Invalid argument")
BAD_FILE = OSError(errno.EINVAL, "Invalid argument", "C:\\a?b")


@pytest.fixture(autouse=True)
def consoles():
    """They keep the streams of the test that first wrote to them."""
    yield
    console.out.cache_clear()
    console.err.cache_clear()


@pytest.fixture
def windows(monkeypatch):
    monkeypatch.setattr(sys, "platform", "win32")
    # what Windows' Python has and others lack
    monkeypatch.setattr(signal, "SIGBREAK", signal.SIGINT, raising=False)


@pytest.mark.parametrize(
    ("error", "code"),
    [(PIPE_CLOSED, Exit.OK), (BAD_FILE, Exit.PROBLEM), (BrokenPipeError(), Exit.OK)],
    ids=["more-was-left", "file-with-a-wrong-name", "pipe"],
)
def test_a_reader_that_leaves_early_is_no_trouble(windows, monkeypatch, error, code):
    def run(_arguments):
        raise error

    monkeypatch.setattr(cli, "run", run)
    monkeypatch.setattr(guard, "_write_nowhere", lambda: None)
    assert guard.run_guarded(["detect"]) == code


def test_ctrl_break_is_told_as_ctrl_c_is(windows, monkeypatch, capsys):
    monkeypatch.setattr(cli, "run", lambda _arguments: signal.raise_signal(signal.SIGBREAK))
    before = signal.getsignal(signal.SIGBREAK)
    try:
        assert guard.run_guarded(["chat"]) == Exit.INTERRUPTED
    finally:
        signal.signal(signal.SIGBREAK, before)
    assert "Nothing is half done" in capsys.readouterr().err


def test_a_port_that_another_program_has_on_all_addresses_is_not_free():
    """Windows would let two programs have it, and ours would take the other's local traffic."""
    with socket.socket() as other:
        other.bind(("0.0.0.0", 0))
        other.listen()
        taken = other.getsockname()[1]
        assert not ports.is_free(taken)
    assert ports._ALONE == getattr(socket, "SO_EXCLUSIVEADDRUSE", socket.SO_REUSEADDR)


def test_a_plan_shows_paths_that_cmd_and_explorer_understand(windows, monkeypatch):
    home = "C:\\Users\\Jörg Müller"
    monkeypatch.setenv("HOME", home)
    monkeypatch.setenv("USERPROFILE", home)
    path = f"{home}\\AppData\\Local\\localai\\state.json"
    assert places.short(path) == path


def test_a_vulkan_that_is_missing_is_no_package_of_linux(windows):
    assert "apt" not in archives._hint("vulkan")
    assert "driver" in archives._hint("vulkan")


def test_a_set_up_that_was_not_finished_is_told_so_by_status(home, capsys):
    statefile.save(replace(state.from_document(DOCUMENT), finished=False))
    assert status_command.status(Options()) == Exit.OK
    printed = capsys.readouterr()
    assert "was not finished" in printed.out
    assert "localai init" in printed.err
