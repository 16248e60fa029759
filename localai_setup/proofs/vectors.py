"""Vectors of the right length, of which related sentences are the nearer ones."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ..model.proof import AnswerTest

FIELD = "neighbours"
NEEDS = "Search by meaning needs a model that puts related sentences near to each other."


def texts(test: AnswerTest) -> list[str]:
    """What is turned into vectors: the question, and its neighbours where there are some."""
    near = test.proof.neighbours
    return [test.question, *([near.related, near.unrelated] if near else [])]


def judge(found: Sequence[Sequence[float]], test: AnswerTest) -> str | None:
    """Why the vectors of `texts` prove nothing, or None where they are good ones."""
    if len(found) != len(texts(test)):
        return f"{len(texts(test))} texts gave {len(found)} vectors"
    for vector in found:
        if not any(vector) or not all(map(math.isfinite, vector)):
            return "a vector is empty, all zeros or not made of numbers"
    lengths = {len(vector) for vector in found}
    if len(lengths) > 1 or (test.vector_length and lengths != {test.vector_length}):
        stated = ", ".join(map(str, sorted(lengths)))
        return (
            f"its vectors have {stated} numbers, and {test.vector_length or 'one length'} is right"
        )
    return _order(found, test) if test.proof.neighbours else None


def _order(found: Sequence[Sequence[float]], test: AnswerTest) -> str | None:
    question, related, unrelated = found
    near, far = _cosine(question, related), _cosine(question, unrelated)
    if near > far:
        return None
    return (
        f"it puts {texts(test)[0]!r} no nearer to a related sentence ({near:.2f}) than to an "
        f"unrelated one ({far:.2f})"
    )


def _cosine(one: Sequence[float], other: Sequence[float]) -> float:
    """From -1 to 1; neither is all zeros."""
    product = sum(a * b for a, b in zip(one, other, strict=True))
    return product / (math.hypot(*one) * math.hypot(*other))
