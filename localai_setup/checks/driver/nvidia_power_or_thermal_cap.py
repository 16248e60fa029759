"""A card that is too warm, or at its power limit, lowers its clock, and words come slower."""

from __future__ import annotations

import re

from ...model.finding import Cleared, Evidence, Symptom
from ...probes.logs import TOGETHER, Logs

#: A limit in force below this share of the default is one that somebody has set.
LOWERED = 0.95
SLOWED = re.compile(r"(?:Slowdown|Thermal\w*)\s*: Active|Current Temp\s*: (?:9\d|1\d\d) C")


def check(logs: Logs) -> Symptom | Cleared | None:
    """A lowered limit; a card that works at the limit it came with, and is not warm, is well."""
    for key, text in logs.texts.items():
        if key == TOGETHER or not key.startswith("command:nvidia-smi"):
            continue
        default = _watts("Default", text)
        in_force = _watts("Enforced", text) or _watts("Current", text)
        if default and in_force and in_force < LOWERED * default:
            return Symptom(
                f"The card may draw {in_force:g} W; its default is {default:g} W.",
                (Evidence(key, f"Enforced Power Limit: {in_force:g} W"),),
                certainty=0.85,
            )
        if default and in_force == default and not SLOWED.search(text):
            return Cleared("the card works at the power it was made for")
    return None


def _watts(kind: str, text: str) -> float | None:
    found = re.search(rf"{kind} Power Limit\s*:\s*([\d.]+) W", text)
    return float(found[1]) if found else None
