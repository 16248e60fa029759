"""Hostile input in its short form: some of each kind; `python -m tests.fuzz` tries ten thousand."""

import subprocess
import sys

import pytest

pytest.importorskip("resource", reason="timers and limits of POSIX")

from .fuzz.__main__ import KINDS

pytestmark = pytest.mark.real


@pytest.mark.parametrize("kind", KINDS)
def test_hostile_input_is_survived(kind):
    command = [sys.executable, "-m", "tests.fuzz", "--only", kind, "--count", "200"]
    done = subprocess.run(
        [*command, "--seconds", "8", "--seed", "short"], capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert kind in done.stdout
