"""Of two findings in one text of which one is the cause of the other, the cause comes first."""

from __future__ import annotations

from collections.abc import Sequence

from ..model.finding import Finding
from ..model.known import KnownProblems


def causes_first(found: Sequence[Finding], known: KnownProblems) -> tuple[Finding, ...]:
    """In their order, but before each finding those that lead to it.

    What is only possible is no cause of what is shown: it stays where it is.
    """
    effects = {one.id: known.caused_by(one.id) for one in found if one.confidence != "possible"}
    ordered = dict[str, Finding]()

    def place(one: Finding, above: frozenset[str]) -> None:
        """`above` are those that wait for this one: own pages may lead to each other in a circle."""
        for other in found:
            if one.id in effects.get(other.id, ()) and other.id not in {*above, *ordered}:
                place(other, above | {other.id})
        ordered.setdefault(one.id, one)

    for one in found:
        if one.id not in ordered:
            place(one, frozenset([one.id]))
    return tuple(ordered.values())
