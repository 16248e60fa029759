"""One file = one kind of proof: what is asked, and why an answer proves nothing. Values in, values out."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any, Protocol, cast

from ..model.proof import AnswerTest, Proof
from ..model.server import Answer
from . import _text, ranking, vectors

__all__ = [
    "any_answer", "expects", "fields", "is_special", "judge", "mistake", "needs", "ranking", "request",
    "shown", "vectors",
]  # fmt: skip


class _Kind(Protocol):
    """A module of this folder with a `FIELD`: the field of `Proof` that asks for this kind.

    `NEEDS` says in words what the model has to be able to do.
    """

    FIELD: str
    NEEDS: str

    def mistake(self, proof: Proof) -> str | None:
        """Why a recipe cannot ask for this, a sentence; None where it can."""

    def expects(self, proof: Proof) -> bool:
        """Whether some answer would be a wrong one."""

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
    return bool(test.proof.neighbours or _asked(test.proof))


def shown(answer: Answer) -> str:
    """An answer as a person is told of it."""
    calls = (f"{call.name}({call.arguments})" for call in answer.calls)
    return "\n".join(filter(None, (answer.text.strip(), *calls)))


def any_answer(test: AnswerTest) -> AnswerTest:
    """The same question where nobody knows the right words: any answer in words proves it."""
    return replace(test, any_of=(), proof=replace(test.proof, system_any=()))


def fields() -> tuple[str, ...]:
    """The fields of `Proof` of which a use has one at most."""
    return (*_kinds(), vectors.FIELD)


def mistake(proof: Proof) -> str | None:
    """Why a recipe cannot ask for this proof, None where it can."""
    return next(filter(None, (kind.mistake(proof) for kind in _asked(proof))), None)


def expects(proof: Proof) -> bool:
    """Whether the kind of this proof alone makes some answer a wrong one."""
    return bool(proof.neighbours) or any(kind.expects(proof) for kind in _asked(proof))


def _kind(test: AnswerTest) -> _Kind:
    return next(iter(_asked(test.proof)), cast("_Kind", _text))


def _asked(proof: Proof) -> list[_Kind]:
    return [kind for field, kind in _kinds().items() if getattr(proof, field, None)]


@cache
def _kinds() -> Mapping[str, _Kind]:
    """Field → kind, for every module of this folder that has a `FIELD` and asks in a chat."""
    names = sorted(info.name for info in pkgutil.iter_modules(__path__))
    modules = (importlib.import_module(f"{__name__}.{name}") for name in names)
    kinds = (cast("_Kind", one) for one in modules if hasattr(one, "FIELD") and one is not vectors)
    return {kind.FIELD: kind for kind in kinds}
