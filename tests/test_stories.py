"""Whole sessions in a terminal of 80 and of 40 columns, against the screens that were read and accepted.

`LOCALAI_ACCEPT=1 pytest tests/test_stories.py -m ""` writes them anew: read the difference.
"""

import os
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

pexpect = pytest.importorskip("pexpect")
pyte = pytest.importorskip("pyte")
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="pexpect needs a pty")

TESTS = Path(__file__).parent
ROWS, UP, ENTER = 110, "\x1b[A", "\r"
LICENCE = ("init", "--model", "llama-3.2-3b")


@dataclass(frozen=True)
class Story:
    """For each run: its arguments, and (text that stands last on a screen, keys to type there)."""

    machine: str
    runs: tuple


STORIES = {
    "a first run": Story(
        "macbook-air-m2-16gb",
        (
            (
                ("init",),
                (
                    ("Prove that everything", ENTER), ("back", UP), ("» ←", ENTER),
                    ("Prove that everything", ENTER), ("back", "?"), ("--model ID.*back", ENTER),
                    ("Shall I.*back", UP + UP + ENTER), ("Nothing was changed", ""),
                ),
            ),
        ),
    ),
    "a broken driver": Story(
        "failing-driver-half-updated",
        (((("init",), (("Stop here", "?"), ("In a script.*Stop here", ENTER), ("Prove", ENTER),
                       ("back", "\x03"), ("Interrupted", "")))),),
    ),
    "an expert with flags": Story(
        "desktop-2x-rtx-3090",
        ((("init", "--for", "coding", "--model", "qwen3.6-27b"),
          (("Shall I.*No", "\x03"), ("Interrupted", ""))),),
    ),
    "interrupted and continued": Story(
        "macbook-air-m2-16gb",
        (
            (("init", "--for", "chat", "--model", "qwen3.5-4b"),
             (("Shall I.*No", ENTER), ("Interrupted", ""))),
            (("init",), (("Choose anew.*Nothing", ENTER), ("Interrupted", ""))),
        ),
    ),
    "a licence with conditions": Story(
        "macbook-air-m2-16gb",
        (
            (LICENCE, (("Do you accept.*No", UP + ENTER), ("Shall I.*back", ENTER), ("Interrupted", ""))),
            (LICENCE, (("Shall I.*No", "\x03"), ("Interrupted", ""))),
        ),
    ),
}  # fmt: skip
FAST = {("a first run", 80), ("a broken driver", 40)}
CASES = [
    pytest.param(name, columns, marks=[] if (name, columns) in FAST else [pytest.mark.real])
    for name in STORIES
    for columns in (80, 40)
]


class Played:
    """What stands on the terminal, as an emulator shows it."""

    def __init__(self, columns):
        self.screen = pyte.Screen(columns, ROWS)
        self.stream = pyte.Stream(self.screen)

    def write(self, text):
        self.stream.feed(text)

    def flush(self):
        pass

    def lines(self):
        return "\n".join(line.rstrip() for line in self.screen.display).rstrip()


def play(localai, story, columns):
    """The last screen of each run."""
    recording = TESTS / "machines" / story.machine / "recording.json"
    environment = {
        **localai.environment(), "TERM": "xterm", "LANG": "C.UTF-8", "PYTHONPATH": str(TESTS.parent),
        "NO_COLOR": "1", "COLUMNS": str(columns), "LINES": str(ROWS),
    }  # fmt: skip
    screens = []
    for arguments, scenes in story.runs:
        played = Played(columns)
        child = pexpect.spawn(
            sys.executable,
            [str(TESTS / "wizard_stage.py"), str(recording), *arguments],
            env=environment, encoding="utf-8", timeout=120, dimensions=(ROWS, columns),
        )  # fmt: skip
        child.logfile_read = played
        for text, keys in scenes:
            child.expect("(?s)" + text)
            child.send(keys)
        child.expect(pexpect.EOF)
        screens.append(played.lines().replace(str(localai.home), "~"))
    return f"\n{'=' * columns}\n".join(screens) + "\n"


@pytest.mark.parametrize("name, columns", CASES)
def test_a_session_looks_as_it_was_accepted(localai, name, columns):
    accepted = TESTS / "stories" / f"{name.replace(' ', '-')}-{columns}.txt"
    shown = play(localai, STORIES[name], columns)
    if os.environ.get("LOCALAI_ACCEPT"):
        accepted.write_text(shown, encoding="utf-8")
    assert shown == accepted.read_text(encoding="utf-8")
