"""What a working model answers: the question that proves a use, and what came back."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Expected:
    """One named value that an answer holds: an argument of a tool call, or a field of a JSON object.

    `type` is one of JSON schema: string, integer, number or boolean. Without `any_of` any value of the
    type will do; else it equals one of them, or as a text contains one, without regard to case.
    """

    name: str
    description: str
    type: str = "string"
    any_of: tuple[str, ...] = ()


@dataclass(frozen=True)
class Tool:
    """The one tool that the model is offered, and the arguments that it is expected to be called with."""

    name: str
    description: str
    arguments: tuple[Expected, ...]


@dataclass(frozen=True)
class Neighbours:
    """Two sentences beside the question: its vector is nearer to the `related` one."""

    related: str
    unrelated: str


@dataclass(frozen=True)
class Proof:
    """What is proved beyond an answer in words; at most one of `tool`, `fields`, `picture` and
    `neighbours`.

    `system` is the system message, and `system_any` holds what an answer contains (any of these) that
    only the system message says. `fields` are those of a JSON object that the server is asked to
    enforce by schema. `picture` are the digits that the model is shown as a picture.
    """

    system: str = ""
    system_any: tuple[str, ...] = ()
    tool: Tool | None = None
    fields: tuple[Expected, ...] = ()
    picture: str = ""
    neighbours: Neighbours | None = None


@dataclass(frozen=True)
class AnswerTest:
    """A question and what a working model's answer contains (any of these, without regard to case).

    `vector_length` is that of a model for embeddings, 0 where it is not known.
    """

    question: str
    any_of: tuple[str, ...] = ()
    max_tokens: int = 64
    proof: Proof = field(default_factory=Proof)
    vector_length: int = 0


@dataclass(frozen=True)
class ToolCall:
    """A call as the server parsed it; `arguments` is its JSON as text."""

    name: str
    arguments: str
