"""The fake server as a set-up of ours: started, found, stopped, and what is asked of it."""

import socket
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from localai_setup import state
from localai_setup.machine.keeping import folders, statefile
from localai_setup.machine.running.processes import Processes
from localai_setup.machine.running.server import Servers
from localai_setup.model.settings import ServerSettings, StartSettings

from .test_state import DOCUMENT

PROGRAM = (sys.executable, str(Path(__file__).with_name("fake_server.py")))


KEY = "a-key"


HELLO = [{"role": "user", "content": "What is the capital of France?"}]


QUESTION = {"messages": HELLO, "max_tokens": 16}


posix = pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")


def settings(manner="good", model="/m/a.gguf", context=4096):
    """The fake server reads its manners from the alias."""
    return StartSettings(ServerSettings(context), model, manner, api_key=KEY)


def quiet_port():
    """A first port that nothing else is likely to use, whatever else runs on this machine."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def servers(tmp_path, monkeypatch):
    monkeypatch.setenv("LOCALAI_HOME", str(tmp_path))
    folders.all_folders.cache_clear()
    made = Servers(Processes())
    yield made
    made.stop()
    folders.all_folders.cache_clear()


def start(servers, manner="good", model="/m/a.gguf"):
    return servers.start(PROGRAM, settings(manner, model), quiet_port(), "llama.cpp")


@pytest.fixture
def setup(servers):
    found = state.from_document(DOCUMENT)
    test = replace(found.test, question=HELLO[0]["content"], any_of=("Paris",), max_tokens=64)
    statefile.save(replace(found, test=test))
    return servers


def until(holds, seconds=20.0):
    end = time.monotonic() + seconds
    while not (found := holds()):
        assert time.monotonic() < end
        time.sleep(0.05)
    return found
