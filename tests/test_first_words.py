"""The first words of `init` come before anything that takes long to load."""

import os
import subprocess
import sys

import pytest

#: prints what is loaded when the first words are said, and ends there
WATCHED = """
import os, sys
from localai_setup.ui import console

def say(words, *_):
    print(words, *sorted(sys.modules), sep="\\n", flush=True)
    os._exit(0)

console.say = say
from localai_setup.__main__ import main
main()
"""
#: engines, the choice, the doctor and the network: together they took longer than all that stays
HEAVY = (
    "httpcore", "httpx", "huggingface_hub", "psutil", "pydantic", "questionary", "rich.progress",
    "localai_setup.commands._decide", "localai_setup.diagnosis.", "localai_setup.engines.",
    "localai_setup.machine.asking", "localai_setup.machine.fetching.repository",
    "localai_setup.machine.running.server", "localai_setup.match", "localai_setup.planner",
    "localai_setup.probes", "localai_setup.survey",
)  # fmt: skip


def first_output(home, *flags):
    """The first words, and the names of the modules that were loaded by then."""
    watched = [sys.executable, "-c", WATCHED, "init", *flags]
    done = subprocess.run(
        watched,
        env={**os.environ, "LOCALAI_HOME": str(home)},
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=True,
    )
    words, *loaded = done.stdout.splitlines()
    return words, loaded


@pytest.mark.parametrize("flags", [("--yes",), ("--yes", "--for", "starter"), ("--for", "chat")])
def test_nothing_heavy_is_loaded_before_the_first_words(tmp_path, flags):
    words, loaded = first_output(tmp_path, *flags)
    assert words == "Looking at this machine…"
    assert "localai_setup.commands.init" in loaded
    assert [one for one in loaded if one.startswith(HEAVY)] == []
