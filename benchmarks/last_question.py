"""From the last question to the first answer, beside the same set-up without questions.

`python benchmarks/last_question.py` sets the starter up twice in a home of its own: once it answers each
question in a terminal, once with `--yes`. It prints, for both, the seconds of the clock from the moment
when all is decided (the last Enter; the end of the plan) to the answer, and before them how much
processor time and time the first words took. On a busy computer only the processor time means something.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import pexpect
import psutil

ROOT = Path(__file__).parent.parent
COMMAND = ["-m", "localai_setup", "init", "--for", "starter"]
LAST_QUESTION, ANSWER, LAST_OF_THE_PLAN = "Shall I.*No", "Answered: ", "state changes"


@dataclass(frozen=True)
class Times:
    """Seconds: to the first words, of the processor until then, from the decision to the answer, and of
    the processor in all.
    """

    first: float
    first_processor: float
    answered: float
    processor: float


def environment(home: Path) -> dict[str, str]:
    """A home with nothing in it, in a terminal as wide as most."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("LOCALAI_", "XDG_"))}
    return {**kept, "HOME": str(home), "PYTHONPATH": str(ROOT), "TERM": "xterm", "COLUMNS": "100"}


def processor_seconds() -> float:
    """Of all programs that were started and have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def run(home: Path, *flags: str, asked: bool) -> Times:
    """One set-up in a terminal."""
    began, used = time.monotonic(), processor_seconds()
    child = pexpect.spawn(
        sys.executable,
        [*COMMAND, *flags],
        env=environment(home),
        encoding="utf-8",
        timeout=600,
        dimensions=(60, 100),
    )
    child.expect(r"\w+")
    first, times = time.monotonic() - began, psutil.Process(child.pid).cpu_times()
    child.expect(f"(?s){LAST_QUESTION if asked else LAST_OF_THE_PLAN}")
    if asked:
        child.send("\r")
    decided = time.monotonic()
    child.expect(ANSWER)
    answered = time.monotonic() - decided
    child.expect(pexpect.EOF)
    child.close()
    return Times(first, times.user + times.system, answered, processor_seconds() - used)


def measured(*flags: str, asked: bool) -> Times:
    """In a fresh home that is removed afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        try:
            return run(home, *flags, asked=asked)
        finally:
            uninstall = [sys.executable, "-m", "localai_setup", "uninstall", "--yes"]
            subprocess.run(uninstall, env=environment(home), capture_output=True, check=False)


def main() -> None:
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    found = {}
    for name, flags, asked in (("asked", (), True), ("--yes", ("--yes",), False)):
        one = found[name] = measured(*flags, asked=asked)
        print(
            f"{name:8} first words {one.first:5.2f} s ({one.first_processor:.2f} s of the processor), "
            f"decision to answer {one.answered:6.1f} s, processor {one.processor:5.1f} s"
        )
    print(f"asked / --yes: {found['asked'].answered / found['--yes'].answered:.2f}")


if __name__ == "__main__":
    main()
