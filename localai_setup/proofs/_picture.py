"""A picture of a number, which the answer names."""

from __future__ import annotations

import base64
from typing import Any

from ..answers import without_thoughts
from ..model.proof import AnswerTest, Proof
from ..model.server import Answer
from . import _text
from .png import GLYPHS, of_digits

FIELD = "picture"
NEEDS = "Understanding pictures needs a model with a projector that sees what is in them."


def mistake(proof: Proof) -> str | None:
    """What cannot be drawn."""
    return None if set(proof.picture) <= set(GLYPHS) else "`picture` can hold digits alone"


def expects(proof: Proof) -> bool:
    """The digits are the answer."""
    return bool(proof.picture)


def request(test: AnswerTest) -> dict[str, Any]:
    """The picture as a data URI, before the question about it."""
    data = base64.b64encode(of_digits(test.proof.picture)).decode("ascii")
    picture = {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{data}"}}
    words = {"type": "text", "text": test.question}
    return {"messages": _text.messages(test, [picture, words])}


def judge(answer: Answer, test: AnswerTest) -> str | None:
    """The digits are named in one piece or with blanks or commas between them."""
    reason = _text.judge(answer, test)
    if reason:
        return reason
    if test.proof.picture in "".join(
        one for one in without_thoughts(answer.text) if one not in " ,.\u00a0\u202f"
    ):
        return None
    return (
        f"it does not see that the picture shows {test.proof.picture}: {_text.shown(answer.text)}"
    )
