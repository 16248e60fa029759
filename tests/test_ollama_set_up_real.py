"""Set up whole on a real Ollama: the one that LOCALAI_TEST_OLLAMA names, or that is on PATH."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from .ollama.theirs import Theirs

PROGRAM = os.environ.get("LOCALAI_TEST_OLLAMA") or shutil.which("ollama")
pytestmark = [
    pytest.mark.real,
    pytest.mark.network,
    pytest.mark.timeout(900),
    pytest.mark.skipif(not PROGRAM, reason="there is no Ollama on this computer"),
]


@pytest.fixture
def localai(tmp_path):
    """Runs a command with a home of its own; ends what it started."""
    path = f"{Path(PROGRAM).parent}{os.pathsep}{os.environ['PATH']}"

    def run(*arguments, **more):
        environment = {**os.environ, "LOCALAI_HOME": str(tmp_path / "home"), "PATH": path, **more}
        return subprocess.run(
            [sys.executable, "-m", "localai_setup", *arguments],
            env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip

    yield run
    run("uninstall", "--yes")


@pytest.fixture
def there(tmp_path):
    """A server that was there, on a port that is not the usual one, with a model of its owner's."""
    found = Theirs(PROGRAM, tmp_path / "theirs").start()
    found.own_model("owners:latest")
    yield found
    found.stop()


def test_one_that_runs_elsewhere_is_used_and_left_as_it_was(localai, there):
    named = {"OLLAMA_HOST": f"127.0.0.1:{there.port}"}
    before = there.listing()
    done = localai("init", "--yes", "--for", "starter", "--engine", "ollama", **named)
    assert done.returncode == 0, done.stderr
    status = json.loads(localai("status", "--json").stdout)
    assert (status["running"], status["engine"]) == (True, "ollama")
    if status["address"] != f"http://127.0.0.1:{there.port}/v1":
        pytest.skip("another Ollama runs on this computer, and was taken")
    assert there.names() == ["localai-smollm2-135m:latest", "owners:latest"]
    assert localai("chat", "Hello!").stdout.strip()
    assert "All is well" in localai("doctor", **named).stdout
    assert localai("uninstall", "--yes").returncode == 0
    assert there.listing() == before


def test_one_that_is_stopped_is_started_by_us_and_ended_again(localai):
    done = localai("init", "--yes", "--for", "starter", "--engine", "ollama")
    assert done.returncode == 0, done.stderr
    status = json.loads(localai("status", "--json").stdout)
    assert status["running"]
    assert status["served_as"] == "localai-smollm2-135m"
    if status["pid"] is None:
        pytest.skip("another Ollama runs on this computer, and was taken")
    assert localai("down").returncode == 0
    assert not json.loads(localai("status", "--json").stdout)["running"]
    assert localai("chat", "Hello!").stdout.strip()
    again = localai("init", "--yes", "--for", "starter", "--engine", "llama.cpp")
    assert again.returncode == 0, again.stderr
    status = json.loads(localai("status", "--json").stdout)
    assert (status["running"], status["engine"]) == (True, "llama.cpp")
