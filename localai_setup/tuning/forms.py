"""The shapes in which people keep examples, each read into turns.

OpenAI's chat files (`messages`), ShareGPT's (`conversations`), ChatGPT's own export, prompt and completion,
Alpaca's instruction, input and output, and tables with a question and an answer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import isfinite

from . import exported
from .examples import ASSISTANT, SYSTEM, USER, FormError, Kind, Turn

#: Names of the same role in files of different origin.
ROLES = {
    "system": SYSTEM,
    "developer": SYSTEM,
    "user": USER,
    "human": USER,
    "prompter": USER,
    "assistant": ASSISTANT,
    "gpt": ASSISTANT,
    "bot": ASSISTANT,
    "chatbot": ASSISTANT,
    "model": ASSISTANT,
    # as browser extensions that save conversations name them
    "chatgpt": ASSISTANT,
    "bing": ASSISTANT,
    "bard": ASSISTANT,
    "ai": ASSISTANT,
}
#: Names of columns, in the order in which they are looked for.
QUESTIONS = ("question", "prompt", "input", "user", "frage", "pregunta", "text", "message", "q")
ANSWERS = (
    "answer",
    "completion",
    "response",
    "output",
    "assistant",
    "antwort",
    "respuesta",
    "label",
    "a",
)
#: Names of columns that may be read: each stands over one column at most.
READ = frozenset((*QUESTIONS, *ANSWERS, "instruction", "system"))

Record = Mapping[str, object]


@dataclass(frozen=True)
class Form:
    """A shape: its name for people, whether a record has it, and how to read one."""

    name: str
    fits: Callable[[Record], bool]
    turns: Callable[[Record], tuple[Turn, ...]]


def form_of(record: Record) -> Form | None:
    """The first shape that this record has."""
    return next((one for one in FORMS if one.fits(record)), None)


def _messages(record: Record) -> tuple[Turn, ...]:
    return _listed(record["messages"], "role", "content")


def _conversations(record: Record) -> tuple[Turn, ...]:
    key = "conversations" if "conversations" in record else "conversation"
    turns = record[key]
    first = turns[0] if isinstance(turns, list) and turns else {}
    has_from = isinstance(first, Mapping) and "from" in first
    names = ("from", "value") if has_from else ("role", "content")
    found = _listed(turns, *names)
    system = record.get("system")
    if isinstance(system, str) and system.strip():
        return (Turn(SYSTEM, system), *found)
    return found


def _listed(turns: object, role_key: str, text_key: str) -> tuple[Turn, ...]:
    if not isinstance(turns, list):
        raise FormError(Kind.UNKNOWN_FORM, "the messages are not a list")
    return tuple(_turn(one, role_key, text_key, n) for n, one in enumerate(turns, 1))


def _turn(one: object, role_key: str, text_key: str, number: int) -> Turn:
    if not isinstance(one, Mapping):
        raise FormError(Kind.UNKNOWN_FORM, f"message {number} is not an object")
    named = str(one.get(role_key) or "").strip()
    role = ROLES.get(named.lower())
    if role is None:
        has = f"has the role {named[:40]!r}" if named else f"has no `{role_key}`"
        words = f"message {number} {has}; known are {SYSTEM}, {USER} and {ASSISTANT}"
        raise FormError(Kind.WRONG_ROLES, words)
    return Turn(role, _text(one.get(text_key), f"message {number}"))


def _text(value: object, where: str) -> str:
    """A string, or OpenAI's list of parts of which only text can be learned."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, list):
        parts = [one.get("text") for one in value if isinstance(one, Mapping)]
        if parts and len(parts) == len(value) and all(isinstance(one, str) for one in parts):
            return "".join(str(one) for one in parts)
        raise FormError(Kind.UNKNOWN_FORM, f"{where} holds something other than text")
    if isinstance(value, float) and not isfinite(value):
        raise FormError(
            Kind.EMPTY, f"{where} is {value}, which programs write where there is no text"
        )
    if isinstance(value, bool):
        return "true" if value else "false"  # as it stands in the file
    if isinstance(value, (int, float)):
        return str(value)
    raise FormError(Kind.UNKNOWN_FORM, f"{where} is not text")


def _alpaca(record: Record) -> tuple[Turn, ...]:
    asked = _text(record["instruction"], "the instruction")
    given = _text(record.get("input"), "the input")
    question = f"{asked}\n\n{given}" if given.strip() else asked
    turns = (Turn(USER, question), Turn(ASSISTANT, _text(record["output"], "the output")))
    return (*_system(record), *turns)


def _pair(record: Record) -> tuple[Turn, ...]:
    keys = _pair_keys(record)
    assert keys, "`fits` was asked before"
    question, answer = (_text(record[key], f"`{key}`") for key in keys)
    return (*_system(record), Turn(USER, question), Turn(ASSISTANT, answer))


def _system(record: Record) -> tuple[Turn, ...]:
    system = record.get("system")
    return (Turn(SYSTEM, system),) if isinstance(system, str) and system.strip() else ()


def _pair_keys(record: Record) -> tuple[str, str] | None:
    """The columns of the question and of the answer, whatever their case."""
    names = {key.strip().lower(): key for key in record}
    question = next((names[one] for one in QUESTIONS if one in names), None)
    answer = next((names[one] for one in ANSWERS if one in names), None)
    return (question, answer) if question and answer else None


def _is_alpaca(record: Record) -> bool:
    return "instruction" in record and "output" in record


def _is_conversations(record: Record) -> bool:
    return "conversations" in record or "conversation" in record


FORMS = (
    Form("chat messages", lambda record: "messages" in record, _messages),
    Form("ShareGPT conversations", _is_conversations, _conversations),
    Form("ChatGPT's export", exported.fits, exported.turns),
    Form("instructions (Alpaca)", _is_alpaca, _alpaca),
    Form("questions and answers", lambda record: _pair_keys(record) is not None, _pair),
)
