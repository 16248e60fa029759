"""The first screen of `init`: the machine, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Sequence

from ..model.facts import Facts
from ..model.finding import Finding
from . import console, machinecard
from .findingtext import LOOKS

#: More than this is the doctor's business.
MAX_FINDINGS = 3


def show(facts: Facts, found: Sequence[Finding]) -> None:
    """The machine card, and the findings that matter, the worst first."""
    for line in machinecard.lines(facts):
        console.say(f"  {line}")
    telling = [one for one in found if one.status != "info"]
    for one in telling[:MAX_FINDINGS]:
        console.say(f"  {LOOKS[one.status][0]} {one.title} (`localai explain {one.id}`)")
    if len(telling) > MAX_FINDINGS:
        console.say(f"  and {len(telling) - MAX_FINDINGS} more: `localai doctor`")
