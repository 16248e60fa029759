"""What happens to a real Ollama that localai uses: each time a sentence, an exit code, nothing lost."""

import hashlib
import os
import shutil
import signal
import sys
from pathlib import Path

import pytest

from .conftest import Localai
from .ollama.real_one import MARKS, PROGRAM
from .ollama.theirs import Theirs

pytestmark = [
    *MARKS,
    pytest.mark.skipif(sys.platform == "win32", reason="a process is stopped with a signal"),
]
OURS, OTHER = "localai-smollm2-135m:latest", "owners:latest"
SET_UP = ("init", "--yes", "--engine", "ollama", "--model", "smollm2-135m")


@pytest.fixture(scope="module")
def theirs(tmp_path_factory):
    found = Theirs(PROGRAM, tmp_path_factory.mktemp("theirs") / "home").start()
    found.own_model(OTHER)
    yield found
    found.stop()


@pytest.fixture(scope="module")
def localai(tmp_path_factory, theirs):
    """Set up on that server, with one more model in it."""
    path = f"{Path(PROGRAM).parent}{os.pathsep}{os.environ['PATH']}"
    named = {"PATH": path, "OLLAMA_HOST": f"127.0.0.1:{theirs.port}"}
    made = Localai(tmp_path_factory.mktemp("home"), named)
    before = theirs.listing()
    done = made(*SET_UP)
    assert done.returncode == 0, done.stderr
    if made.json("status")["address"] != f"http://127.0.0.1:{theirs.port}/v1":
        made("uninstall", "--yes")
        pytest.skip("another Ollama runs on this computer, and was taken")
    yield made
    done = made("uninstall", "--yes")
    assert done.returncode == 0, done.stderr
    assert theirs.listing() == before


def findings(localai):
    return {one["id"]: one for one in localai.json("doctor")["findings"]}


def answers(localai):
    done = localai("chat", "Say hello.")
    assert done.returncode == 0, done.stderr
    return bool(done.stdout.strip())


def test_a_model_that_was_deleted_behind_our_back_comes_again(localai, theirs):
    theirs.delete(OURS)
    assert theirs.names() == [OTHER]
    assert answers(localai)
    assert theirs.names() == [OURS, OTHER]


def test_another_client_that_loads_a_second_model_is_told(localai, theirs):
    theirs.load(OTHER)
    assert answers(localai)
    found = findings(localai)["setup-other-model-loaded"]
    assert OTHER in found["what"]
    assert found["status"] == "info"


def test_one_that_hangs_is_told_and_goes_on(localai, theirs):
    theirs.process.send_signal(signal.SIGSTOP)
    try:
        done = localai("chat", "Say hello.")
        assert (done.returncode, "Nobody answers" in done.stderr) == (1, True)
        assert localai.json("status")["running"] is False
        found = findings(localai)["setup-server-gone"]
        assert "hangs" in found["what"]
        assert found["fixes"][0]["commands"] == [f"kill -CONT {theirs.process.pid}"]
    finally:
        theirs.process.send_signal(signal.SIGCONT)
    assert answers(localai)


def test_a_damaged_file_is_found_and_fetched_again(localai, theirs):
    path = Path(localai.json("status")["model_file"])
    with path.open("r+b") as file:
        file.seek(50_000_000)
        file.write(b"damaged" * 1000)
    assert findings(localai)["setup-model-damaged"]["status"] == "fail"
    done = localai("doctor", "--fix")
    assert "Repaired" in done.stderr + done.stdout
    assert "setup-model-damaged" not in findings(localai)
    assert path.samefile(theirs.store.blobs / f"sha256-{_pinned(path)}")
    assert answers(localai)


def _pinned(path):

    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_one_that_is_gone_and_comes_back_elsewhere_is_found(localai, theirs):
    theirs.stop()
    for command in (("chat", "Say hello."), ("up",)):
        done = localai(*command)
        assert (done.returncode, "started by hand" in done.stderr) == (1, True)
    found = findings(localai)["setup-server-gone"]
    assert f":{theirs.port} " in found["fixes"][0]["commands"][0]
    assert localai("doctor", "--fix", "--yes", "--allow-system-changes").returncode == 1
    assert theirs.names() is None, "what runs until it is ended is not started for anybody"
    theirs.start()
    localai.extra["OLLAMA_HOST"] = f"127.0.0.1:{theirs.port}"
    assert f":{theirs.port}" in findings(localai)["setup-server-gone"]["what"]
    done = localai(*SET_UP)
    assert done.returncode == 0, done.stderr
    assert localai.json("status")["address"] == f"http://127.0.0.1:{theirs.port}/v1"
    assert answers(localai)
