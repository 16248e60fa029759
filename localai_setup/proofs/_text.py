"""An answer in words, and the system message honoured."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..answers import trouble, without_thoughts
from ..model.proof import AnswerTest
from ..model.server import Answer

NEEDS = "A set-up counts only once a real answer came."
NO_TEMPLATE = (
    "the model file has no chat template: it is a base model that continues text and cannot chat"
)


def request(test: AnswerTest) -> dict[str, Any]:
    """The question, after the system message where there is one."""
    return {"messages": messages(test, test.question)}


def messages(test: AnswerTest, content: Any) -> list[dict[str, Any]]:
    """The turns: `content` is what the user says, a text or parts."""
    system = test.proof.system
    first = [{"role": "system", "content": system}] if system else []
    return [*first, {"role": "user", "content": content}]


def judge(answer: Answer, test: AnswerTest) -> str | None:
    """The words of the answer hold one of what is expected, and one of what the system message says."""
    reason = trouble(answer.text)
    if reason:
        return reason
    words = without_thoughts(answer.text)
    if not contains(words, test.any_of):
        return f"it has none of the words {', '.join(test.any_of)} in it: {shown(words)}"
    if not contains(words, test.proof.system_any):
        missing = ", ".join(test.proof.system_any)
        return f"it takes no notice of the system message ({missing} is missing): {shown(words)}"
    return None


def contains(text: str, words: Sequence[str]) -> bool:
    """Whether one of the words is in the text, without regard to case; no words ask for nothing."""
    return not words or any(word.lower() in text.lower() for word in words)


def shown(text: str) -> str:
    """What is told of an answer."""
    return repr(text.strip()[:200])
