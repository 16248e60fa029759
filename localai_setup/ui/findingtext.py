"""Findings in words, for a terminal of any width: the worst first.

Sentences are wrapped; commands, paths and proofs never are, so that they can be copied whole.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..model.finding import Confidence, Finding, Fix, Status
from . import console, fixwords

#: status → sign, colour
LOOKS: dict[Status, tuple[str, str]] = {
    "fail": ("✗", "bold red"),
    "warn": ("!", "bold yellow"),
    "info": ("·", "bold"),
}
#: (status, confidence) → heading
HEADINGS: dict[tuple[Status, Confidence], str] = {
    ("fail", "sure"): "Broken",
    ("fail", "likely"): "Probably broken",
    ("warn", "sure"): "Worse than it could be",
    ("warn", "likely"): "Probably worse than it could be",
    ("info", "possible"): "Possibly, as one line alone hints at it",
    ("info", "sure"): "Good to know",
    ("info", "likely"): "Probably good to know",
}
MAX_EVIDENCE = 3
MIN_WIDTH = 24


def findings(found: Sequence[Finding]) -> None:
    """Each finding: what, why it matters, the proof, what to do; grouped by how much it matters,
    and by how sure it is, in the order in which the first of each group stands.
    """
    for status, confidence in dict.fromkeys((one.status, one.confidence) for one in found):
        group = [one for one in found if (one.status, one.confidence) == (status, confidence)]
        sign, style = LOOKS[status]
        say_line("")
        say_line(f"{HEADINGS[status, confidence]}:")
        for one in group:
            say_line("")
            say_prose(f"{sign} {one.title}", "", "  ", style)
            _finding(one)


def _finding(one: Finding) -> None:
    say_prose(one.what, "  ")
    if one.why != one.what:
        say_prose(f"Why: {one.why}", "  ")
    for seen, places in list(_places(one).items())[:MAX_EVIDENCE]:
        say_line(f"  Seen: {seen}")
        for place in places[:MAX_EVIDENCE]:
            say_line(f"        in {place}")
    say_fixes(one.fixes)
    say_line(f"  More: localai explain {one.id}")


def _places(one: Finding) -> dict[str, list[str]]:
    """What was seen → where, each once: two places that fail alike show the same words."""
    places: dict[str, list[str]] = {}
    for proof in one.evidence:
        if proof.text:
            known = places.setdefault(proof.text, [])
            if proof.source != "text" and proof.source not in known:
                known.append(proof.source)
    return places


def say_fixes(fixes: Sequence[Fix]) -> None:
    for number, fix in enumerate(fixes, 1):
        say_fix(f"{number}. " if len(fixes) > 1 else "→ ", fix)


def say_fix(mark: str, fix: Fix) -> None:
    say_prose(f"{mark}{fix.text}{fixwords.in_brackets(fix)}", "  ", "  " + " " * len(mark))
    if fix.loses:
        say_prose(f"Careful: {fix.loses}", "     ", "     ", "bold")
    for command in fix.commands:
        say_line(f"       {command}")
    if fix.proof:
        say_line(f"     To check: {fix.proof}")


def say_line(text: str, style: str | None = None) -> None:
    """A line that is never broken by us."""
    console.out().print(text, markup=False, soft_wrap=True, style=style)


def say_prose(text: str, indent: str, later: str | None = None, style: str | None = None) -> None:
    width = max(console.out().width, MIN_WIDTH)
    for line in console.filled(text, width, indent, indent if later is None else later):
        say_line(line, style)
