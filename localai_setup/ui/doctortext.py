"""The report of doctor in words: machine, findings, and a last line that says what to do."""

from __future__ import annotations

from collections.abc import Sequence

from ..diagnosis.doctor import Diagnosis
from ..model.facts import Facts
from ..model.finding import Finding
from ..probes.setup import SetUpState
from . import console
from .findingtext import findings, say_line, say_prose
from .report import card

MAX_COULD_NOT = 6


def doctor(facts: Facts, diagnosis: Diagnosis, *, verbose: bool) -> None:
    """The whole report: machine, findings, what is well, what could not be checked, what to do."""
    for line in card(facts):
        console.show(line)
    findings(diagnosis.findings)
    say_line("")
    _passed(diagnosis, verbose=verbose)
    _could_not(list(diagnosis.unknown.items()), verbose=verbose)
    say_line("")
    say_line(next_step(facts.get(SetUpState), diagnosis), style="bold")


def _passed(diagnosis: Diagnosis, *, verbose: bool) -> None:
    """How many checks concern this machine and passed, and how many are about what it does not have."""
    passed = diagnosis.passed_here
    if passed:
        say_line(f"✓ {len(passed)} checks passed" + ("" if verbose else " (--verbose names them)"))
        for healthy in passed.values() if verbose else ():
            say_prose(f"✓ {healthy}", "  ", "    ")
    if diagnosis.not_here:
        count = len(diagnosis.not_here)
        say_line(f"- {count} checks are about hardware or programs that are not here")


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
    how = ["as an administrator"] if first.needs_root else []
    how += [f"in {first.shell}"] if first.shell else []
    brackets = f" ({', '.join(how)})" if how else ""
    return f"What to do first{brackets}: {first.commands[0]}"
