"""Findings in words, for a terminal of any width: the worst first, and a last line that says what to do.

Sentences are wrapped; commands, paths and proofs never are, so that they can be copied whole.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from ..diagnosis.doctor import Diagnosis
from ..model.facts import Facts
from ..model.finding import Finding, Fix, Status
from ..probes.setup import SetUpState
from . import console
from .report import card

#: status → sign, colour, heading
LOOKS: dict[Status, tuple[str, str, str]] = {
    "fail": ("✗", "bold red", "Broken"),
    "warn": ("!", "bold yellow", "Worse than it could be"),
    "info": ("·", "bold", "Good to know"),
}
MAX_COULD_NOT = 6
MAX_EVIDENCE = 3
MIN_WIDTH = 24


def doctor(facts: Facts, diagnosis: Diagnosis, *, verbose: bool) -> None:
    """The whole report: machine, findings, what is well, what could not be checked, what to do."""
    for line in card(facts):
        console.show(line)
    findings(diagnosis.findings)
    say_line("")
    _passed(diagnosis.passed.values(), verbose=verbose)
    _could_not(list(diagnosis.unknown.items()), verbose=verbose)
    say_line("")
    say_line(next_step(facts.get(SetUpState), diagnosis), style="bold")


def findings(found: Sequence[Finding]) -> None:
    """Each finding: what, why it matters, the proof, what to do; grouped by how much it matters."""
    for status, (sign, style, heading) in LOOKS.items():
        group = [one for one in found if one.status == status]
        if group:
            say_line("")
            say_line(f"{heading}:")
        for one in group:
            say_line("")
            say_prose(f"{sign} {one.title}", "", "  ", style)
            _finding(one)


def _finding(one: Finding) -> None:
    say_prose(one.what, "  ")
    if one.why != one.what:
        say_prose(f"Why: {one.why}", "  ")
    for proof in one.evidence[:MAX_EVIDENCE]:
        if proof.text:
            say_line(f"  Seen: {proof.text}")
            if proof.source != "text":
                say_line(f"        in {proof.source}")
    for number, fix in enumerate(one.fixes, 1):
        say_fix(f"{number}. " if len(one.fixes) > 1 else "→ ", fix)
    say_line(f"  More: localai explain {one.id}")


def say_fix(mark: str, fix: Fix) -> None:
    needs = [
        words
        for words, holds in (
            ("needs an administrator", fix.needs_root),
            ("restarts the computer", fix.reboot),
        )
        if holds
    ]
    extra = f" ({', '.join(needs)})" if needs else ""
    say_prose(f"{mark}{fix.text}{extra}", "  ", "  " + " " * len(mark))
    if fix.loses:
        say_prose(f"Careful: {fix.loses}", "     ", "     ", "bold")
    for command in fix.commands:
        say_line(f"       {command}")
    if fix.proof:
        say_line(f"     To check: {fix.proof}")


def _passed(passed: Collection[str], *, verbose: bool) -> None:
    if not passed:
        return
    say_line(f"✓ {len(passed)} checks passed" + ("" if verbose else " (--verbose names them)"))
    if verbose:
        for healthy in passed:
            say_prose(f"✓ {healthy}", "  ", "    ")


def _could_not(unknown: Sequence[tuple[str, str]], *, verbose: bool) -> None:
    shown = unknown if verbose else unknown[:MAX_COULD_NOT]
    if unknown:
        say_line("Could not check:")
    for name, why in shown:
        say_prose(f"- {name}: {why}", "  ", "    ")
    if len(shown) < len(unknown):
        say_line(f"  and {len(unknown) - len(shown)} more (--verbose names them)")


def next_step(setup: SetUpState | None, diagnosis: Diagnosis) -> str:
    """One line for who reads nothing else."""
    serious = [one for one in diagnosis.findings if one.status != "info"]
    if serious:
        ours = [one for one in serious if any(fix.step for fix in one.fixes)]
        count = f"{len(serious)} problem{'s' if len(serious) > 1 else ''}"
        return f"{count}. {_way_out(serious, ours)}"
    if setup is None or not setup.is_set_up:
        return "All is well. Nothing is set up here yet: localai init"
    return f"All is well: {setup.model} answers." if setup.answers else "All is well."


def _way_out(serious: Sequence[Finding], ours: Sequence[Finding]) -> str:
    if ours:
        some = "" if len(ours) == len(serious) else f" {len(ours)} of them"
        return f"To repair{some}: localai doctor --fix"
    first = next((fix for one in serious for fix in one.fixes if fix.commands), None)
    if first is None:
        return f"What to do first: {serious[0].fixes[0].text}"
    root = " (as an administrator)" if first.needs_root else ""
    return f"What to do first{root}: {first.commands[0]}"


def say_line(text: str, style: str | None = None) -> None:
    """A line that is never broken by us."""
    console.out().print(text, markup=False, soft_wrap=True, style=style)


def say_prose(text: str, indent: str, later: str | None = None, style: str | None = None) -> None:
    width = max(console.out().width, MIN_WIDTH)
    for line in console.filled(text, width, indent, indent if later is None else later):
        say_line(line, style)
