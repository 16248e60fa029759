"""A JSON object by schema, with the right values in it."""

from __future__ import annotations

from typing import Any

from ..answers import without_thoughts
from ..model.proof import AnswerTest
from ..model.server import Answer
from . import _text, values

NEEDS = "Pulling out facts needs a model that puts the right values into JSON of a given form."


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
