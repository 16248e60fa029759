"""What a complaint may mean, and the one command that tells each cause from the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..problems.complaints import Cause, Complaint
from .findingtext import say_line, say_prose

FOR = {"localai": "what localai set up", "ollama": "Ollama"}


def meaning(complaint: Complaint, listed: Sequence[Cause]) -> None:
    """What may be wrong, or what answers a question."""
    if complaint.answer:
        answer(complaint.answer, listed)
    else:
        causes(listed)


def answer(response: str, ways: Sequence[Cause]) -> None:
    """What answers the question, and how to find out more."""
    say_prose(response, "", "  ")
    for one in ways:
        say_line("")
        say_prose(one.what, "", "  ")
        for words, command in _checks(one.check):
            say_line(f"   To see it{words}: {command}")
        say_prose(one.means, "   ", "   ")


def causes(listed: Sequence[Cause]) -> None:
    """The causes, the likeliest first: the most usual, where the text tells nothing else."""
    say_line("This may be one of these, the likeliest first:")
    _causes(listed)


def other_causes(listed: Sequence[Cause]) -> None:
    """The same behind pages that are likelier by the words of the text."""
    say_line("If it is not, it may be one of these, the likeliest first:")
    _causes(listed)


def _causes(listed: Sequence[Cause]) -> None:
    for number, one in enumerate(listed, 1):
        say_line("")
        say_prose(f"{number}. {one.what}", "", "   ")
        for words, command in _checks(one.check):
            say_line(f"   To tell{words}: {command}")
        say_prose(f"It is this if: {one.means}", "   ", "   ")
        if one.problem:
            say_line(f"   More: localai explain {one.problem}")


def checked(passed: Sequence[str], problems: int) -> None:
    """How the checks went that were made here."""
    say_line("")
    if problems:
        say_line("Checked here, and found:")
    elif passed:
        say_prose(f"Checked here, and well: {', '.join(passed)}.", "", "  ")


def not_understood() -> None:
    """Nothing in the table has these words."""
    say_prose(
        "localai does not know this complaint. Say in a few words what happens (`it is slow`, `it answers "
        "in Chinese`), or paste the last lines of a log.",
        "",
        "  ",
    )


def in_english() -> None:
    """The words are those of another language."""
    say_prose(
        "localai understands complaints in English, and a few words of other languages; logs and error messages it reads in any. Say "
        "it in a few English words (`it is slow`), or paste the last lines of a log.",
        "",
        "  ",
    )


def _checks(check: Mapping[str, str]) -> list[tuple[str, str]]:
    alone = len(check) == 1
    return [
        (f" ({FOR[name]})" if name in FOR and not alone else "", one) for name, one in check.items()
    ]
