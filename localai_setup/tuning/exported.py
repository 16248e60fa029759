"""A conversation as ChatGPT exports it (`conversations.json`): a tree of messages, each with its parent.

An answer that was asked for anew begins a branch of its own; the one that was shown last is the one that its
user kept. What an assistant thought, or said to a tool, is none of its answers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from .examples import ASSISTANT, SYSTEM, USER, FormError, Kind, Turn

#: Whose messages are turns, and what they hold that a person reads.
ROLES = {"system": SYSTEM, "user": USER, "assistant": ASSISTANT}
READABLE = ("text", "multimodal_text")
#: To whom an assistant speaks that speaks to the person.
EVERYBODY = (None, "all")

Node = Mapping[str, object]


def fits(record: Mapping[str, object]) -> bool:
    return isinstance(record.get("mapping"), Mapping)


def turns(record: Mapping[str, object]) -> tuple[Turn, ...]:
    """The turns of the branch that was shown last; what one side said in several messages is one turn.

    Raises:
        FormError: a message is no text.

    """
    found: list[Turn] = []
    for one in _shown(record):
        if found and found[-1].role == one.role:
            found[-1] = Turn(one.role, f"{found[-1].text}\n\n{one.text}")
        else:
            found.append(one)
    return tuple(found)


def _shown(record: Mapping[str, object]) -> Iterator[Turn]:
    for node in reversed(list(_branch(record))):
        message = node.get("message")
        if isinstance(message, Mapping) and (turn := _turn(message)):
            yield turn


def _branch(record: Mapping[str, object]) -> Iterator[Node]:
    """From the last message back to the first; a tree that leads in a circle ends where it would begin again."""
    nodes = record["mapping"]
    assert isinstance(nodes, Mapping), "`fits` was asked before"
    named, last = record.get("current_node"), next(reversed(nodes), None)
    at, passed = named if isinstance(named, str) and named in nodes else last, set[str]()
    while isinstance(at, str) and at not in passed and isinstance(nodes.get(at), Mapping):
        passed.add(at)
        yield nodes[at]
        at = nodes[at].get("parent")


def _turn(message: Node) -> Turn | None:
    author, content = message.get("author"), message.get("content")
    if not (isinstance(author, Mapping) and isinstance(content, Mapping)):
        return None
    role = ROLES.get(str(author.get("role")))
    for_people = message.get("recipient") in EVERYBODY and content.get("content_type") in READABLE
    parts = content.get("parts") if role and for_people else None
    text = _text(parts) if isinstance(parts, list) else ""
    return Turn(role, text) if role and text else None


def _text(parts: list[object]) -> str:
    """Raises FormError where a picture or a sound is among them: what is asked of it cannot be learned."""
    if any(isinstance(one, Mapping) for one in parts):
        raise FormError(Kind.UNKNOWN_FORM, "a message holds something other than text")
    return "\n".join(one for one in parts if isinstance(one, str)).strip()
