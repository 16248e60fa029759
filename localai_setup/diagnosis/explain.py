"""text → findings: by the signs of the problems, the surest and most common first; then what is near."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ..model.finding import Finding, Symptom
from ..model.known import KnownProblems
from .findings import finding, in_order
from .nearest import COMPLAINTS, complains, nearest
from .searchtext import SearchText
from .signatures import conclude, find
from .surroundings import Surroundings

#: Problems that are looked through; with fewer that were recognised, the nearest others are told.
SHOWN = 3
GUESS = "None of its messages was recognised; the words of the text are near to it."
GUESS_CERTAINTY = 0.1


@dataclass(frozen=True)
class Explained:
    """`found` were recognised by their messages; `near` are guesses, all of status info."""

    found: tuple[Finding, ...]
    near: tuple[Finding, ...] = ()


def explain(text: str | Iterable[str], around: Surroundings, known: KnownProblems) -> Explained:
    """Every known problem that the text (or its lines) shows, with fixes for the machine at hand."""
    ready = SearchText.of(text, known.words | COMPLAINTS)
    found = []
    for one in known.by_id.values():
        symptom = conclude(find(ready, one.signatures))
        if symptom:
            found.append(finding(one, symptom, around))
    return Explained(in_order(found), _near(ready, {one.id for one in found}, around, known))


def _near(
    text: SearchText, found: set[str], around: Surroundings, known: KnownProblems
) -> tuple[Finding, ...]:
    """A text in which nothing was recognised and that does not complain is near to nothing."""
    if not found and not complains(text):
        return ()
    others = [name for name in nearest(text, known) if name not in found]
    symptom = Symptom(GUESS, certainty=GUESS_CERTAINTY, status="info")
    return tuple(
        finding(known.by_id[name], symptom, around) for name in others[: max(0, SHOWN - len(found))]
    )
