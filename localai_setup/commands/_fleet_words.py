"""A far machine's problems in our own words, where we know them: its localai may be older, or not what it says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ..diagnosis import windows_commands
from ..fleet.answers import Answer, There
from ..machine.keeping.problem_files import known_problems
from ..model.finding import Fix, Problem
from ..model.fleet import FleetFix


def in_our_words(answer: Answer) -> Answer:
    """The answer with our titles and ways out; of a problem that we do not know its own."""
    return replace(answer, problems=tuple(map(_known, answer.problems)))


def _known(there: There) -> There:
    known = known_problems().by_id.get(there.id)
    if known is None:
        return there
    return replace(
        there, title=known.problem.title, fix=there.fix and _fix(there.fix, known.problem)
    )


def _fix(theirs: FleetFix, problem: Problem) -> FleetFix:
    """Ours, where it has these very words and commands; without commands where only the words are ours.

    What a check made for that machine stands on no page, and stays as it is.
    """
    same = [one for one in _spellings(problem) if one.text == theirs.text]
    exact = next((one for one in same if one.commands == theirs.commands), None)
    if exact:
        return FleetFix(exact.text, exact.commands, exact.needs_root, exact.reboot)
    return replace(theirs, commands=()) if same else theirs


def _spellings(problem: Problem) -> Iterator[Fix]:
    """Each way out as its page has it, and as a Windows user types it."""
    for one in problem.fixes:
        yield one
        yield windows_commands.spelled(one)
