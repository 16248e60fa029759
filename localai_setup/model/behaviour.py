"""How a model behaves: whether it thinks before it answers, and the sampling that suits it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

#: never, off unless switched on, on unless switched off, always
MODES = ("never", "on-request", "by-default", "always")
#: the switch of engines whose requests have a field for thoughts, beside the template's arguments
REQUEST = "request"
#: arguments of chat templates that decide
SWITCHES = ("enable_thinking", "reasoning_effort")
#: the ways of answering that `sampling` tells apart
WHEN = ("any", "thinking", "not-thinking")
#: the fields of `Sampling` that are values
SAMPLING_FIELDS = (
    "temperature",
    "top_p",
    "top_k",
    "min_p",
    "presence_penalty",
    "frequency_penalty",
    "repeat_penalty",
)


@dataclass(frozen=True)
class Thinking:
    """Whether a model writes thoughts before its answer, and how that is switched.

    `mode`: never, on-request (off unless switched on), by-default (on unless switched off) or always.
    `switch` is the argument of the chat template that decides: `enable_thinking` (true or false) or
    `reasoning_effort` (a word, of which `least` is the one with the fewest thoughts), or `REQUEST`;
    empty where there is none. `keeps_past`: the publisher asks that thoughts of past turns are sent back.
    `source` is the address that says so, `date` when it was read.
    """

    mode: str
    switch: str = ""
    least: str = ""
    keeps_past: bool = False
    source: str = ""
    date: str = ""


@dataclass(frozen=True)
class Sampling:
    """Values for one way of answering; None leaves the engine's default.

    `when`: any, thinking or not-thinking. `top_k` in tokens, the others without a unit; penalties as
    in the OpenAI API (0 is none), `repeat_penalty` as in llama.cpp (1 is none).
    """

    when: str = "any"
    temperature: float | None = None
    top_p: float | None = None
    top_k: int | None = None
    min_p: float | None = None
    presence_penalty: float | None = None
    frequency_penalty: float | None = None
    repeat_penalty: float | None = None
    source: str = ""
    date: str = ""

    @property
    def values(self) -> dict[str, float]:
        """The values that are set, by field."""
        pairs = ((name, getattr(self, name)) for name in SAMPLING_FIELDS)
        return {name: value for name, value in pairs if value is not None}

    def changed(self, values: Mapping[str, float | None]) -> Sampling:
        """The same with other values; None leaves the engine's default."""
        new = {**self.values, **values}
        top_k = new.get("top_k")
        return Sampling(
            when=self.when,
            temperature=new.get("temperature"),
            top_p=new.get("top_p"),
            top_k=None if top_k is None else int(top_k),
            min_p=new.get("min_p"),
            presence_penalty=new.get("presence_penalty"),
            frequency_penalty=new.get("frequency_penalty"),
            repeat_penalty=new.get("repeat_penalty"),
            source=self.source,
            date=self.date,
        )
