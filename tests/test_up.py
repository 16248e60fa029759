"""`localai up`: what it takes for the set-up, what it refuses, and when it says that the server runs."""

import hashlib
import os
import signal
import threading
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from localai_setup.commands import _setup
from localai_setup.commands import status as status_command
from localai_setup.commands import up as up_command
from localai_setup.commands._options import Options
from localai_setup.machine.keeping import folders, model_files, statefile
from localai_setup.machine.running import server
from localai_setup.machine.workbench import Workbench
from localai_setup.model.errors import Exit, LocalaiError
from localai_setup.model.files import ModelFile
from localai_setup.steps.fetch_model import FetchModel
from localai_setup.ui import console

from .server_fixtures import posix, servers, setup, start

__all__ = ["servers", "setup"]
CONTENT = b"GGUF and more"
FILE = ModelFile(
    "weights", "m.gguf", len(CONTENT), hashlib.sha256(CONTENT).hexdigest(), repository="o/r"
)


@dataclass
class Here:
    """A machine whose model file holds some bytes, and whose cache knows nothing of it."""

    bench: Workbench
    path: Path

    def starts(self, content):
        self.path.write_bytes(content)
        _setup._require_done([FetchModel(FILE)], self.bench)


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.setenv("LOCALAI_HOME", str(tmp_path))
    folders.all_folders.cache_clear()
    path = model_files.target(FILE)
    path.parent.mkdir(parents=True)
    yield Here(Workbench(offline=True), path)
    folders.all_folders.cache_clear()


def test_a_model_file_is_read_again_where_the_cache_was_emptied(here):
    here.starts(CONTENT)
    assert FetchModel(FILE).done(here.bench)


def test_a_damaged_model_file_is_told_and_not_served(here):
    with pytest.raises(LocalaiError, match="is gone: Fetch m.gguf"):
        here.starts(CONTENT[::-1])


# whether it runs


@pytest.fixture
def started(setup, monkeypatch):  # noqa: F811
    """A server that was ready a moment ago, so that `up` has nothing to do but to tell of it."""
    statefile.save(replace(statefile.load(), finished=True))
    running = start(setup)
    monkeypatch.setattr(up_command, "opened", lambda *_: running)
    console.out.cache_clear()
    yield running
    console.out.cache_clear()


@pytest.fixture
def stopped(started):
    os.kill(started.pid, signal.SIGSTOP)
    yield started
    os.kill(started.pid, signal.SIGCONT)


def test_a_server_that_ended_since_it_was_ready_is_an_error_with_its_last_words(started, setup):  # noqa: F811
    Workbench().processes.end(server.server_record.process_of(started))
    with pytest.raises(
        LocalaiError, match=r"right after it had started: .*loading /m/a\.gguf"
    ) as caught:
        up_command.up(Options())
    assert "localai logs" in caught.value.hint


@posix
def test_a_server_that_fell_silent_since_it_was_ready_is_an_error(stopped, monkeypatch):
    monkeypatch.setattr(server, "BUSY_SECONDS", 0.3)
    with pytest.raises(
        LocalaiError, match=r"does not answer any more: .*loading /m/a\.gguf"
    ) as caught:
        up_command.up(Options())
    assert "`localai up`" in caught.value.hint


@posix
def test_a_server_that_lives_and_is_silent_is_not_told_as_one_that_does_not_run(
    stopped, monkeypatch, capsys
):
    monkeypatch.setattr(server, "BUSY_SECONDS", 0.3)
    assert status_command.status(Options()) == Exit.OK
    printed = capsys.readouterr()
    assert f"does not answer (pid {stopped.pid})" in printed.out
    assert "not running" not in printed.out + printed.err


@posix
@pytest.mark.parametrize("command", [up_command.up, status_command.status], ids=["up", "status"])
def test_a_server_that_answers_late_runs(stopped, command, capsys):
    """As on a busy computer: `up` told once, after it had waited for the server, that it does not run."""
    late = threading.Timer(
        server.READY_TIMEOUT_SECONDS + 0.5, os.kill, (stopped.pid, signal.SIGCONT)
    )
    late.start()
    code = command(Options())
    late.join()
    assert code == Exit.OK
    assert f"running at {stopped.address}" in capsys.readouterr().out
