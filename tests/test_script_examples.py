"""The examples of docs/guides/scripts.md do what they promise: each command is run, in a clean folder."""

import json
import os
import re
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parent.parent
GUIDE = (ROOT / "docs/guides/scripts.md").read_text(encoding="utf-8")
#: what only the image's own system can do
OF_THE_IMAGE = ("apt-get ", "useradd ")


def block(language):
    return re.search(rf"^```{language}\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)[1]


WORKFLOW = yaml.safe_load(block("yaml"))
CONTAINERFILE = block("dockerfile")
JOB = WORKFLOW["jobs"]["sentence"]


def test_the_examples_are_what_they_are_read_as():
    assert len([step for step in JOB["steps"] if "run" in step]) > 4
    assert set(re.findall(r"^([A-Z]+) ", CONTAINERFILE, re.MULTILINE)) == {
        "FROM", "RUN", "ARG", "USER", "ENV", "EXPOSE", "CMD",
    }  # fmt: skip


def run(command, environment, folder):
    done = subprocess.run(
        ["bash", "-eo", "pipefail", "-c", command],
        env=environment, cwd=folder, capture_output=True, text=True, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert done.returncode == 0, (command, done.stdout, done.stderr)
    return done


@pytest.fixture
def clean(tmp_path):
    """A home and a folder with nothing of ours, and the checkout as the source to install."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("LOCALAI_", "XDG_"))}
    home, folder = tmp_path / "home", tmp_path / "work"
    home.mkdir()
    folder.mkdir()
    python = str(Path(sys.executable).parent)
    path = os.pathsep.join([python, kept["PATH"]])
    environment = {**kept, "HOME": str(home), "PATH": path, "OMP_WAIT_POLICY": "passive"}
    yield environment, folder
    localai = next(
        (p for p in (home / "localai/bin/localai", Path(python) / "localai") if p.exists())
    )
    subprocess.run([localai, "uninstall", "--yes"], env=environment, cwd=folder, check=True)


@pytest.mark.real
@pytest.mark.e2e
@pytest.mark.network
@pytest.mark.timeout(1200)
def test_the_workflow_runs(clean):
    environment, folder = clean
    own = {name: str(value) for name, value in JOB["env"].items()}
    environment |= {**own, "LOCALAI_SOURCE": str(ROOT)}
    commit = (
        "git init -q . && git -c user.name=A -c user.email=a@example.org commit -q --allow-empty"
    )
    run(f"{commit} -m 'Add a door'", environment, folder)
    for step in JOB["steps"]:
        if "run" in step:
            run(step["run"], environment, folder)
    assert (folder / "sentence.txt").read_text().strip()
    assert json.loads((folder / "set-up.json").read_text())["answer"]
    assert json.loads((folder / "status.json").read_text())["running"] is True
    assert "Looking at this machine" in (folder / "localai.log").read_text()


@pytest.mark.real
@pytest.mark.e2e
@pytest.mark.network
@pytest.mark.timeout(1200)
def test_the_container_s_commands_run_and_its_server_answers(clean):
    environment, folder = clean
    for line in CONTAINERFILE.splitlines():
        word, _, rest = line.partition(" ")
        if word == "ENV":
            environment |= dict(one.split("=", 1) for one in rest.split())
        elif word == "RUN" and not rest.startswith(OF_THE_IMAGE) and "pip install" not in rest:
            run(rest, environment, folder)
        elif word == "CMD":
            command = json.loads(rest)
    local = [one.replace("0.0.0.0", "127.0.0.1") for one in command]
    process = subprocess.Popen(local, env=environment, cwd=folder, stderr=subprocess.DEVNULL)
    try:
        assert answers(environment, folder)
        assert process.poll() is None, "the container would have ended"
    finally:
        process.terminate()
        process.wait(30)


def answers(environment, folder):
    """Whether the server that is started answers in its time."""
    for _ in range(120):
        status = json.loads(run("localai status --json", environment, folder).stdout)
        if status["running"]:
            health = status["address"].removesuffix("/v1") + "/health"
            with urllib.request.urlopen(health, timeout=30) as response:
                return response.status == 200
        time.sleep(1)
    return False
