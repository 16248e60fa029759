"""What `init` tells first of each machine of `tests/machines/`, as it looks at 80 columns."""

from pathlib import Path

from localai_setup import survey
from localai_setup.machine.asking.recorded import load
from localai_setup.ui import console, machinecard

from . import machines

ACCEPTED = Path(__file__).parent / "accepted" / "cards.md"
HEAD = """# The first screen of `init` on the recorded machines

Written by `python -m tests.accept`; never edited by hand.
"""


def table() -> str:
    """A card for each machine."""
    cards = []
    for recording in machines.own():
        lines = machinecard.lines(survey.facts(survey.read(load(recording))))
        shown = "\n".join(console.wrapped(line, 80) for line in lines)
        cards.append(f"## {recording.parent.name}\n\n```\n{shown}\n```\n")
    return "\n".join([HEAD, *cards])
