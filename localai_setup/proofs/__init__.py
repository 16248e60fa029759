"""One file = one kind of proof: what is asked, and why an answer proves nothing. Values in, values out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Protocol

from ..model.proof import AnswerTest
from ..model.server import Answer
from . import _json, _picture, _text, _tool_call, ranking, vectors

__all__ = ["any_answer", "is_special", "judge", "needs", "ranking", "request", "shown", "vectors"]


class _Kind(Protocol):
    """A module of this folder. `NEEDS` says in words what the model has to be able to do."""

    NEEDS: str

    def request(self, test: AnswerTest) -> Mapping[str, Any]:
        """The fields of a chat completion beside `max_tokens`."""

    def judge(self, answer: Answer, test: AnswerTest) -> str | None:
        """Why this answer proves nothing, as the end of a sentence; None where it is a good one."""


def request(test: AnswerTest) -> dict[str, Any]:
    """What is asked, as fields of a chat completion. How it is asked (sampling, thinking) is not here."""
    return {**_kind(test).request(test), "max_tokens": test.max_tokens}


def judge(answer: Answer, test: AnswerTest, *, has_template: bool) -> str | None:
    """Why this answer proves nothing, or None where it is a good one."""
    if not has_template:
        return _text.NO_TEMPLATE
    return _kind(test).judge(answer, test)


def needs(test: AnswerTest) -> str:
    """What the model has to be able to do, a sentence."""
    return vectors.NEEDS if test.proof.neighbours else _kind(test).NEEDS


def is_special(test: AnswerTest) -> bool:
    """Whether more than an answer in words is asked, which not every model can give."""
    return bool(test.proof.neighbours) or _kind(test) is not _text


def shown(answer: Answer) -> str:
    """An answer as a person is told of it."""
    calls = (f"{call.name}({call.arguments})" for call in answer.calls)
    return "\n".join(filter(None, (answer.text.strip(), *calls)))


def any_answer(test: AnswerTest) -> AnswerTest:
    """The same question where nobody knows the right words: any answer in words proves it."""
    return replace(test, any_of=(), proof=replace(test.proof, system_any=()))


def _kind(test: AnswerTest) -> _Kind:
    proof = test.proof
    if proof.tool:
        return _tool_call
    if proof.fields:
        return _json
    return _picture if proof.picture else _text
