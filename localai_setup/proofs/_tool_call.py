"""A tool call that the server parsed, with the right name and arguments."""

from __future__ import annotations

from typing import Any

from ..model.proof import AnswerTest, Proof, Tool
from ..model.server import Answer
from . import _text, values

FIELD = "tool"
NEEDS = "Editors and agents need a model that calls the tools it is offered."


def mistake(proof: Proof) -> str | None:
    """A type that no JSON value has."""
    return values.mistake(proof.tool.arguments) if proof.tool else None


def expects(proof: Proof) -> bool:
    """Whether the value of an argument is told."""
    return proof.tool is not None and any(one.any_of for one in proof.tool.arguments)


def request(test: AnswerTest) -> dict[str, Any]:
    """The question, and one tool that the model may call or not."""
    tool = _tool(test)
    function = {
        "name": tool.name,
        "description": tool.description,
        "parameters": values.schema(tool.arguments),
    }
    return {
        "messages": _text.messages(test, test.question),
        "tools": [{"type": "function", "function": function}],
        "tool_choice": "auto",
    }


def judge(answer: Answer, test: AnswerTest) -> str | None:
    """The first call is the one that was asked for; words beside it do no harm."""
    tool = _tool(test)
    if not answer.calls:
        return f"it made no tool call: {_text.shown(answer.text)}"
    call = answer.calls[0]
    if call.name != tool.name:
        return f"it called {call.name[:80]!r}; the only tool is {tool.name}"
    reason = values.trouble(call.arguments, tool.arguments)
    return f"it called {tool.name} {reason}" if reason else None


def _tool(test: AnswerTest) -> Tool:
    assert test.proof.tool, "only a test with a tool is of this kind"
    return test.proof.tool
