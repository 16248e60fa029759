"""A pool planned over SSH for real: two computers in network namespaces, and one that is switched off.

Needs root, network namespaces and an SSH server: LOCALAI_TEST_FLEET=1.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests import fleet_network
from tests.test_schemas import check

ROOT = Path(__file__).parent.parent
PYTHON = "/usr/bin/python3"
WITH, WITHOUT = "lafleet0", "lafleet1"
STARTER = "smollm2-135m"

pytestmark = [
    pytest.mark.real,
    pytest.mark.timeout(900),
    pytest.mark.skipif(not os.environ.get("LOCALAI_TEST_FLEET"), reason="LOCALAI_TEST_FLEET=1"),
]


@pytest.fixture(scope="module")
def folder():
    with fleet_network.readable_folder("lapool") as made:
        yield made


@pytest.fixture(scope="module")
def computers(folder):
    """Two, the first of which has localai; `ssh` on PATH knows them by their names."""
    with fleet_network.computers(2, folder) as made:
        _install(folder, made[0])
        fleet_network.ssh_that_knows(made, folder)
        yield {one.name: one for one in made}


def _install(folder, computer):
    """localai, as its user has it: a program in ~/.local/bin."""
    pip = [sys.executable, "-m", "pip", "-q", "--disable-pip-version-check"]
    fleet_network.run(*pip, "wheel", "-w", str(folder / "wheels"), str(ROOT), "pip")
    fleet_network.run(PYTHON, "-m", "venv", "--without-pip", str(folder / "installed"))
    (wheel,) = (folder / "wheels").glob("pip-*.whl")
    install = ["-m", "pip", "install", "-q", "--no-index", "-f", str(folder / "wheels")]
    fleet_network.run(
        str(folder / "installed/bin/python"), *install, "localai-setup",
        env={**os.environ, "PYTHONPATH": str(wheel)},
    )  # fmt: skip
    program = computer.home / ".local/bin/localai"
    fleet_network.inside(computer, "mkdir", "-p", str(program.parent))
    fleet_network.inside(computer, "ln", "-s", str(folder / "installed/bin/localai"), str(program))


@pytest.fixture(scope="module")
def environment(folder, computers):
    return {**os.environ, "PATH": f"{folder}/bin:{os.environ['PATH']}"}


def test_each_is_asked_over_ssh_and_the_starter_needs_nobody_else(environment):
    command = [sys.executable, "-m", "localai_setup", "pool", "--json", "--model", STARTER]
    done = subprocess.run(
        [*command, "--members", f"{WITH},{WITHOUT},root@{fleet_network.UNREACHABLE}"],
        cwd=ROOT, env=environment, capture_output=True, text=True,
    )  # fmt: skip
    document = json.loads(done.stdout)
    check(document)
    states = [(one["name"], one["state"]) for one in document["members"][1:]]
    assert states == [
        (WITH, "answered"),
        (WITHOUT, "without-localai"),
        (f"root@{fleet_network.UNREACHABLE}", "unreachable"),
    ]
    assert 0 < document["members"][1]["round_trip_ms"] < 1000
    assert (done.returncode, document["verdict"]) == (1, "fits-one")
    assert document["pooled"]["tps"] < document["alone"]["tps"]
