"""A JSON object by schema, with the right values in it."""

from __future__ import annotations

from typing import Any

from ..answers import without_thoughts
from ..model.proof import AnswerTest, Proof
from ..model.server import Answer
from . import _text, values

FIELD = "fields"
NEEDS = "Pulling out facts needs a model that puts the right values into JSON of a given form."


def mistake(proof: Proof) -> str | None:
    """A type that no JSON value has."""
    return values.mistake(proof.fields)


def expects(proof: Proof) -> bool:
    """Whether a value is told."""
    return any(one.any_of for one in proof.fields)


def request(test: AnswerTest) -> dict[str, Any]:
    """The question, and the schema that the server enforces."""
    schema = {"name": "answer", "strict": True, "schema": values.schema(test.proof.fields)}
    return {
        "messages": _text.messages(test, test.question),
        "response_format": {"type": "json_schema", "json_schema": schema},
    }


def judge(answer: Answer, test: AnswerTest) -> str | None:
    """The whole answer is the object."""
    words = without_thoughts(answer.text)
    if not words:
        return "its answer is empty"
    reason = values.trouble(words, test.proof.fields)
    return f"it answered {reason}" if reason else None
