"""A localai of its own for each test that sets something up."""

import json
import os
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from .forking import CAN_FORK, OF_THE_START, Forking


@dataclass
class Localai:
    """Runs the command line with folders of its own."""

    home: Path
    extra: dict
    #: what runs it, `unshare` for example
    before: list = field(default_factory=list)
    #: None where each command is a Python that starts
    forking: Forking | None = None
    #: what was printed when it was set up, by `set_up`
    first_words: str = ""

    def environment(self):
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("LOCALAI_", "XDG_"))}
        return {
            **kept,
            "HOME": str(self.home),
            "USERPROFILE": str(self.home),
            "LOCALAI_HOME": str(self.home / "local ai ü"),
            # an engine whose threads wait by spinning is starved where other tests run beside it:
            # measured with 2 threads on 2 busy cores, 0.6 to 1.2 tokens/s spinning, 15 to 35 without
            "OMP_WAIT_POLICY": "passive",
            **self.extra,
        }

    @property
    def has_state(self):
        """Whether anything was set up, so that a server may run."""
        return (self.home / "local ai ü" / "state" / "state.json").exists() or any(
            self.home.rglob("server.json")
        )

    def start(self, *arguments, **how):
        command = [*self.before, sys.executable, "-m", "localai_setup", *arguments]
        return subprocess.Popen(
            command,
            env=self.environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
            text=True,
            **how,
        )

    def __call__(self, *arguments, stdin=None, timeout=280):
        starts = any(name.startswith(OF_THE_START) for name in self.extra)
        if self.forking and not self.before and not starts:
            return self.forking.run(arguments, self.environment(), stdin or "", timeout)
        command = [*self.before, sys.executable, "-m", "localai_setup", *arguments]
        return subprocess.run(
            command,
            env=self.environment(),
            capture_output=True,
            text=True,
            input=stdin or "",
            timeout=timeout,
        )

    def json(self, *arguments):
        done = self(*arguments, "--json")
        try:
            return json.loads(done.stdout)
        except ValueError:
            raise AssertionError(done.stdout + done.stderr) from None


@pytest.fixture(scope="session")
def forking():
    made = Forking() if CAN_FORK else None
    yield made
    if made:
        made.close()


@pytest.fixture
def localai(tmp_path, forking):
    made = Localai(tmp_path / "home", {}, forking=forking)
    made.home.mkdir()
    yield made
    if made.has_state:
        made("uninstall", "--yes")


@pytest.fixture(scope="module")
def set_up(tmp_path_factory, forking):
    """One set-up for all tests of a module that only look."""
    made = Localai(tmp_path_factory.mktemp("home"), {}, forking=forking)
    done = made("init", "--yes", "--for", "starter")
    made.first_words = done.stdout + done.stderr
    assert done.returncode == 0, made.first_words
    yield made
    made("uninstall", "--yes")


def pytest_ignore_collect(collection_path, config):
    """`-m quick` reads only files that have such tests: to import the others takes longer than the tests."""
    if config.option.markexpr != "quick" or not collection_path.name.startswith("test_"):
        return None
    return None if b"mark.quick" in collection_path.read_bytes() else True


def pytest_collection_modifyitems(config, items):
    """A test that starts the command line is not `quick`. Several workers begin with what takes longest."""
    if config.option.markexpr == "quick":
        items[:] = [one for one in items if not starts_programs(one)]
    if hasattr(config, "workerinput"):
        seconds = Counter()
        for one in items:
            seconds[one.path] += expected_seconds(one)
        items.sort(key=lambda one: -seconds[one.path])


def starts_programs(item):
    return not {"localai", "set_up"}.isdisjoint(item.fixturenames)


def expected_seconds(item):
    """Of a test, roughly: two workers are to end at about the same time."""
    if item.get_closest_marker("e2e"):
        return 20
    return 1 if starts_programs(item) else 0.01


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config):
    """Files are given out in the order above, not those of many tests first."""
    config.option.loadscopereorder = False
