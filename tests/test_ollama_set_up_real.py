"""Set up whole on a real Ollama: the one that LOCALAI_TEST_OLLAMA names, or that is on PATH."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from .ollama.real_one import MARKS, PROGRAM, there  # noqa: F401  (a fixture)

pytestmark = MARKS


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


def answers(address):
    """Whether a server of either engine answers at this address now."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    for path in ("/health", "/api/version"):
        try:
            with opener.open(address.removesuffix("/v1") + path, timeout=5) as reply:
                if reply.status == 200:
                    return True
        except OSError:
            pass
    return False


def set_up_alongside(tmp_path, engine, old, record):
    """Whether the server at `old` still answered while the one of `record` was there already."""
    environment = {**os.environ, "LOCALAI_HOME": str(tmp_path / "home"),
                   "PATH": f"{Path(PROGRAM).parent}{os.pathsep}{os.environ['PATH']}"}  # fmt: skip
    command = [sys.executable, "-m", "localai_setup", "init", "--yes", "--for", "starter"]
    both = False
    with subprocess.Popen(
        [*command, "--engine", engine], env=environment, stdout=subprocess.DEVNULL
    ) as process:
        while process.poll() is None:
            both = both or (record.exists() and answers(old))
            time.sleep(0.1)
    assert process.returncode == 0
    return both


def test_the_other_engine_takes_over_once_it_has_answered(localai, tmp_path):
    """From llama.cpp to Ollama and back; what fails leaves the one that works as it is."""
    assert localai("init", "--yes", "--for", "starter", "--engine", "llama.cpp").returncode == 0
    first = json.loads(localai("status", "--json").stdout)
    broken = tmp_path / "broken.gguf"
    raw = bytearray(Path(first["model_file"]).read_bytes())
    raw[5_000_000:-1_000_000] = b"\xff" * (len(raw) - 6_000_000)
    broken.write_bytes(raw)
    state = tmp_path / "home/state"
    assert localai("init", "--yes", "--engine", "ollama", "--model", str(broken)).returncode
    kept = json.loads(localai("status", "--json").stdout)
    assert (kept["pid"], kept["engine"]) == (first["pid"], "llama.cpp")
    assert answers(first["address"])
    assert not (state / "ollama-server.json").exists(), "the server of what failed was stopped"
    assert set_up_alongside(tmp_path, "ollama", first["address"], state / "ollama-server.json")
    second = json.loads(localai("status", "--json").stdout)
    assert (second["running"], second["engine"]) == (True, "ollama")
    assert not answers(first["address"])
    assert set_up_alongside(tmp_path, "llama.cpp", second["address"], state / "server.json")
    third = json.loads(localai("status", "--json").stdout)
    assert (third["running"], third["engine"]) == (True, "llama.cpp")
    assert not answers(second["address"])
    assert localai("chat", "Hello!").stdout.strip()
