"""Set up whole on a real Ollama: the one that LOCALAI_TEST_OLLAMA names, or that is on PATH."""

import json
import os
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from localai_setup.machine.running.ports import free_port

PROGRAM = os.environ.get("LOCALAI_TEST_OLLAMA") or shutil.which("ollama")
pytestmark = [
    pytest.mark.real,
    pytest.mark.network,
    pytest.mark.timeout(900),
    pytest.mark.skipif(not PROGRAM, reason="there is no Ollama on this computer"),
]
START_SECONDS = 60.0


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
    """A server that was there, on a port that is not the usual one; its port."""
    port = free_port(21900)
    folder = tmp_path / "theirs"
    folder.mkdir()
    environment = {**os.environ, "HOME": str(folder), "OLLAMA_HOST": f"127.0.0.1:{port}",
                   "OLLAMA_MODELS": str(folder / "models"), "OLLAMA_NO_CLOUD": "1"}  # fmt: skip
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([PROGRAM, "serve"], env=environment, stdout=log, stderr=log)
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and models(port) is None:
        time.sleep(0.1)
    yield port
    process.terminate()
    process.wait()


def models(port):
    """The names that it lists; None where nobody answers."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/tags") as reply:
            return sorted(one["name"] for one in json.load(reply)["models"])
    except urllib.error.URLError:
        return None


def test_one_that_runs_elsewhere_is_used_and_left_as_it_was(localai, there):
    named = {"OLLAMA_HOST": f"127.0.0.1:{there}"}
    before = models(there)
    done = localai("init", "--yes", "--for", "starter", "--engine", "ollama", **named)
    assert done.returncode == 0, done.stderr
    status = json.loads(localai("status", "--json").stdout)
    assert (status["running"], status["engine"]) == (True, "ollama")
    if status["address"] != f"http://127.0.0.1:{there}/v1":
        pytest.skip("another Ollama runs on this computer, and was taken")
    assert models(there) == ["localai-smollm2-135m:latest"]
    assert localai("chat", "Hello!").stdout.strip()
    assert "All is well" in localai("doctor", **named).stdout
    assert localai("uninstall", "--yes").returncode == 0
    assert models(there) == before


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
