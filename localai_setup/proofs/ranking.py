"""Passages in the order in which they answer a question."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ..model.proof import AnswerTest

NEEDS = "Putting passages in order needs a model that was made for it (a reranker)."


def passages(test: AnswerTest) -> list[str]:
    """The one that is no answer stands first, so that keeping their order proves nothing."""
    near = test.proof.neighbours
    return [near.unrelated, near.related] if near else []


def judge(scores: Sequence[float], test: AnswerTest) -> str | None:
    """Why the scores of `passages`, one each, prove nothing, or None where they are good ones."""
    if len(scores) != len(passages(test)):
        return f"{len(passages(test))} passages got {len(scores)} scores"
    if not all(map(math.isfinite, scores)):
        return "a score is no number"
    other, relevant = scores
    if relevant > other:
        return None
    return (
        f"it ranks the passage that answers {test.question!r} ({relevant:.2f}) no higher than one that "
        f"does not ({other:.2f})"
    )


def shown(scores: Sequence[float]) -> str:
    """Good scores as a person is told of them."""
    other, relevant = scores
    return f"the passage that answers it first ({relevant:.2f}, the other {other:.2f})"
