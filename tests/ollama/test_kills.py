"""Killed at a random moment, client or server, and the same command again: it always ends well, and no
layer that was complete and right comes over the line a second time.
"""

import contextlib
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from localai_setup.engines._tiny_model import tiny_model
from localai_setup.machine.keeping import model_files
from localai_setup.machine.ollama import models, names
from localai_setup.machine.ollama.api import Api
from localai_setup.machine.ollama.store import Store
from localai_setup.machine.ollama.troubles import OllamaError
from localai_setup.machine.running import ports

from .program import install

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the stand-in is a shell script")
#: bytes of the weights, and of the registry's line in a second: a pull takes about a second
BYTES, RATE = 1_500_000, 2_000_000
WORDS = Path(__file__).with_name("bring_up.py")


def until(found):
    deadline = time.monotonic() + 120
    while not (result := found()):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return result


class Machine:
    """A server that can be killed and started again, and the command that is killed."""

    def __init__(self, folder, program):
        self.folder, self.models = folder, folder / "models"
        self.program, self.port = program, _a_port(folder)
        self.server = None

    def start(self):
        environment = {**os.environ, "OLLAMA_HOST": f"127.0.0.1:{self.port}",
                       "OLLAMA_MODELS": str(self.models), "HOME": str(self.folder)}  # fmt: skip
        with (self.folder / "serve.log").open("ab") as log:
            self.server = subprocess.Popen(
                [str(self.program), "serve"], env=environment, stdout=log, stderr=log
            )
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            with contextlib.suppress(OllamaError):
                return models.version(Api(self.port), 1.0)
            time.sleep(0.05)
        raise AssertionError("the stand-in does not start")

    def command(self, source):
        home = {**os.environ, "LOCALAI_HOME": str(self.folder / "home")}
        return subprocess.Popen(
            [sys.executable, str(WORDS), str(self.port), str(self.models), source],
            env=home,
            stderr=subprocess.PIPE,
            text=True,
        )

    def complete(self):
        """The blobs whose bytes are right, by digest."""
        blobs = self.models.glob("blobs/sha256-" + "?" * 64)
        return {f"sha256:{p.name[7:]}" for p in blobs if model_files.sha256_of(p) == p.name[7:]}


def _a_port(folder):
    """One that no other test takes while the server here is away for a moment."""
    return ports.free_port(random.Random(str(folder)).randrange(20000, 29000))


@pytest.fixture
def machine(tmp_path):
    found = Machine(tmp_path, install(tmp_path / "app"))
    found.start()
    yield found
    found.server.kill()
    found.server.wait()


def kill_and_run_again(machine, source, registry, chance):
    """One kill at a random moment; what was complete before the second run, and what was sent in it."""
    command = machine.command(source)
    time.sleep(chance.uniform(0.1, 1.6))
    victim = chance.choice(["client", "server", "server in order"])
    if victim == "client":
        command.kill()
    elif victim == "server":
        machine.server.kill()
    else:
        machine.server.terminate()
    if victim != "client":
        machine.server.wait(60)
        machine.start()
    command.communicate(timeout=60)
    complete, before = machine.complete(), dict(registry.sent)
    again = machine.command(source)
    _, words = again.communicate(timeout=120)
    assert again.returncode == 0, (victim, words)
    for digest in complete:
        assert registry.sent.get(digest) == before.get(digest), (victim, digest)


def assert_is_there(machine, store):
    assert "num_ctx" in models.shown(Api(machine.port), "localai-killed").parameters
    for _, manifest in store.all_manifests():
        assert not store.unsound(manifest.files)


def weights(chance, size):
    """A model that a real engine loads, and bytes behind it that make it large and another one."""
    return tiny_model() + chance.randbytes(size)


def one_pull(machine, registry, seed):
    chance = random.Random(seed)
    registry.rate = RATE
    registry.add(f"killed{seed}:latest", weights(chance, BYTES), {"stop": ["x"]})
    kill_and_run_again(machine, registry.name(f"killed{seed}:latest"), registry, chance)
    assert_is_there(machine, Store(machine.models))


def one_file(machine, registry, seed, way):
    """`way`: it is `sent` and created, or `lent` by the command that the server pulls it from."""
    chance = random.Random(seed)
    file = machine.folder / f"{way}{seed}.gguf"
    file.write_bytes(weights(chance, 20 * BYTES))
    kill_and_run_again(machine, str(file), registry, chance)
    assert_is_there(machine, Store(machine.models))
    models.delete(Api(machine.port), names.parse("localai-killed").full)


@pytest.mark.parametrize("seed", range(2))
def test_a_pull_that_was_killed_ends_well_the_second_time(machine, registry, seed):
    one_pull(machine, registry, seed)


@pytest.mark.parametrize("way", ["sent", "lent"])
def test_a_file_whose_delivery_was_killed_arrives_the_second_time(machine, registry, way):
    one_file(machine, registry, 1, way)


@pytest.mark.real
@pytest.mark.e2e
@pytest.mark.timeout(900)
def test_twenty_kills_on_one_machine(machine, registry):
    """8 pulls of a name, 4 from the command itself and 8 creates, one after the other on one store."""
    for seed in range(100, 108):
        one_pull(machine, registry, seed)
    for seed in range(200, 204):
        one_file(machine, registry, seed, "lent")
    for seed in range(204, 212):
        one_file(machine, registry, seed, "sent")
