"""Whole sessions in a terminal of 80 and of 40 columns, against the screens that were read and accepted.

`LOCALAI_ACCEPT=1 pytest tests/test_stories.py -m ""` writes them anew: read the difference.
"""

import os
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

pexpect = pytest.importorskip("pexpect")
pyte = pytest.importorskip("pyte")
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="pexpect needs a pty")

TESTS = Path(__file__).parent
ROWS, UP, DOWN, ENTER = 110, "\x1b[A", "\x1b[B", "\r"
#: bytes of four tenths of a download, in the middle of which the stage makes a pause
HALF = r"(?:2.12|1.02) GB of \d\.\d\d GB"
LICENCE = ("init", "--model", "llama-3.2-3b")


class Look:
    """In place of keys: what is shown of a step at this moment is kept for the end of the screen."""


@dataclass(frozen=True)
class Story:
    """For each run: its arguments, and (text that stands last on a screen, keys to type there). `variables`
    are of the environment, for the first run alone where they begin with `STORY_`. `policy` is a company's.
    """

    machine: str
    runs: tuple
    works: bool = False
    variables: dict = field(default_factory=dict)
    policy: str = ""


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
    "a first run to the answer": Story(
        "macbook-air-m2-16gb",
        ((("init",), (("Prove that everything", ENTER), ("Smallest|smallest.*back", ENTER),
                      ("Shall I.*back", ENTER), (HALF, Look), ("localai chat", ""))),),
        works=True,
    ),
    "interrupted and continued": Story(
        "macbook-air-m2-16gb",
        (
            (("init", "--for", "chat", "--model", "qwen3.5-4b"),
             (("Shall I.*No", ENTER), (HALF, Look), ("Interrupted", ""))),
            (("init",), (("Choose anew.*Nothing", ENTER), ("localai chat", ""))),
        ),
        works=True,
        variables={"STORY_CUT": "1"},
    ),
    "another model and engine": Story(
        "macbook-air-m2-16gb",
        (
            (("init", "--yes", "--for", "chat"), ()),
            (("switch", "qwen3.5-4b"), (("Shall I.*No", ENTER), ("localai chat", ""))),
            (("models",), ()),
            (("switch", "--engine", "ollama"), (("Shall I.*No", DOWN + ENTER), ("Nothing was", ""))),
            (("switch", "--back"), (("Shall I.*No", ENTER), ("localai chat", ""))),
        ),
        works=True,
    ),
    "a licence with conditions": Story(
        "macbook-air-m2-16gb",
        (
            (LICENCE, (("Do you accept.*No", UP + ENTER), ("Shall I.*back", ENTER), ("localai chat", ""))),
            (LICENCE, (("Shall I.*No", "\x03"), ("Interrupted", ""))),
            (("licences",), ()),
        ),
        works=True,
    ),
    "a company's licences": Story(
        "macbook-air-m2-16gb",
        (
            (LICENCE, ()),
            (("init", "--yes", "--for", "chat"), ()),
            (("licences",), ()),
        ),
        works=True,
        policy="schema: localai.policy/1\nlicences: [Apache-2.0, MIT]\ncontact: Ada in the IT department\n",
    ),
}  # fmt: skip
FAST = {("a first run to the answer", 80), ("a broken driver", 40)}
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

    def step(self):
        """The line of the step that is being worked on."""
        return next(line.strip() for line in reversed(self.lines().split("\n")) if "Step" in line)

    def lines(self):
        return "\n".join(line.rstrip() for line in self.screen.display).rstrip()


def environment(localai, story, columns):
    """What the runs see."""
    if story.policy:
        (localai.home / "policy.yaml").write_text(story.policy)
    return {
        **localai.environment(), "TERM": "xterm", "LANG": "C.UTF-8", "PYTHONPATH": str(TESTS.parent),
        "NO_COLOR": "1", "COLUMNS": str(columns), "LINES": str(ROWS), **story.variables,
        **({"LOCALAI_POLICY": str(localai.home / "policy.yaml")} if story.policy else {}),
    }  # fmt: skip


def run(command, scenes, variables, columns):
    """The last screen of a run, below it what was seen in the middle."""
    played, seen = Played(columns), []
    child = pexpect.spawn(
        sys.executable, command, env=variables, encoding="utf-8", timeout=120,
        dimensions=(ROWS, columns),
    )  # fmt: skip
    child.logfile_read = played
    for text, keys in scenes:
        child.expect("(?s)" + text)
        if keys is Look:
            seen.append(f"(in the middle) {played.step()}")
        else:
            child.send(keys)
    child.expect(pexpect.EOF)
    return "\n".join([played.lines(), *seen])


#: what differs from run to run, and how many models there are
STEADY = (
    (re.compile(r"\d+(\s+of\s+)\d+(?=\s+models\b)"), r"8\g<1>44"),
    (re.compile(r"127\.0\.0\.1:\d{5}"), "127.0.0.1:43110"),
    (re.compile(r"\d{4}-\d\d-\d\d(?= at |T\d\d|$)", re.MULTILINE), "2026-01-02"),
    (re.compile(r" at \d\d:\d\d(?=\s+UTC)"), " at 03:04"),
    (re.compile(r"T\d\d:\d\d:\d\dZ"), "T03:04:05Z"),
    (re.compile(r"\d+(?:\.\d)? [KMG]B/s +[\d:-]*"), "RATE LEFT"),
)


def play(localai, story, columns):
    """The last screen of each run."""
    recording = TESTS / "machines" / story.machine / "recording.json"
    stage = TESTS / ("story_stage.py" if story.works else "wizard_stage.py")
    variables, screens = environment(localai, story, columns), []
    for arguments, scenes in story.runs:
        command = [str(stage), str(recording), *arguments]
        screen = run(command, scenes, variables, columns).replace(str(localai.home), "~")
        screens.append(f"$ localai {' '.join(arguments)}\n{screen}")
        variables = {name: one for name, one in variables.items() if not name.startswith("STORY_")}
    text = f"\n{'=' * columns}\n".join(screens) + "\n"
    for pattern, words in STEADY:
        text = pattern.sub(words, text)
    return text


@pytest.mark.parametrize("name, columns", CASES)
def test_a_session_looks_as_it_was_accepted(localai, name, columns):
    accepted = TESTS / "stories" / f"{name.replace(' ', '-').replace(chr(39), '')}-{columns}.txt"
    shown = play(localai, STORIES[name], columns)
    if os.environ.get("LOCALAI_ACCEPT"):
        accepted.write_text(shown, encoding="utf-8")
    assert shown == accepted.read_text(encoding="utf-8")
