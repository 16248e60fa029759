"""Joining what is known of a problem with how it shows, and putting findings in order."""

from __future__ import annotations

from collections.abc import Iterable

from ..model.finding import STATUS_ORDER, Finding, Symptom
from ..model.known import KnownProblem
from .surroundings import Surroundings


def finding(known: KnownProblem, symptom: Symptom, around: Surroundings) -> Finding:
    """The finding that is shown to a person. `certainty` weighs in how common the problem is."""
    problem = known.problem
    return Finding(
        id=known.id,
        status=symptom.status or problem.status,
        title=problem.title,
        what=symptom.what or problem.seen,
        why=problem.why,
        evidence=symptom.evidence,
        fixes=(*around.spelled(symptom.fixes), *around.fit(problem.fixes)),
        certainty=symptom.certainty + problem.likelihood / 100,
        confidence=symptom.confidence,
    )


def in_order(found: Iterable[Finding]) -> tuple[Finding, ...]:
    """Most serious and most certain first; a stable order for equals."""
    return tuple(sorted(found, key=lambda f: (STATUS_ORDER[f.status], -f.certainty, f.id)))
