"""An answer as it comes: its thought, its text, its calls of tools, and how fast."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ...model.proof import ToolCall
from ...model.server import Answer, Piece
from ...thoughts import Splitter, split
from .loopback import GarbledError

#: Fewer tokens than this say nothing about speed.
ENOUGH_TOKENS = 8


@dataclass
class Received:
    """What came so far. Each piece is a token; `times` are when they came, in seconds, and
    `thought_tokens` how many of them belong to the thought.

    `finish` is the server's word on why it ended (`stop`, `length`, `tool_calls`), empty before;
    `timings` are its own measurements.
    """

    text: str = ""
    thoughts: str = ""
    finish: str = ""
    complete: bool = False
    thought_tokens: int = 0
    times: list[float] = field(default_factory=list)
    timings: Mapping[str, Any] = field(default_factory=dict)
    parts_of_calls: dict[int, tuple[str, str]] = field(default_factory=dict)
    splitter: Splitter = field(default_factory=Splitter)

    def hear(self, event: Mapping[str, Any]) -> Iterator[Piece]:
        """What is new after this event of the server.

        Raises:
            GarbledError: it is none of a chat completion.

        """
        try:
            yield from self._hear(event)
        except (KeyError, TypeError, AttributeError, IndexError):
            raise GarbledError(f"an event of another kind ({str(event)[:60]})") from None

    def _hear(self, event: Mapping[str, Any]) -> Iterator[Piece]:
        self.timings = event.get("timings") or self.timings
        choice = (event.get("choices") or [{}])[0]
        self.finish = choice.get("finish_reason") or self.finish
        delta = choice.get("delta") or {}
        thought, text = delta.get("reasoning_content") or "", delta.get("content") or ""
        called = [self._call(one) for one in delta.get("tool_calls") or ()]
        if thought or text or any(called):
            self.times.append(time.monotonic())
        if thought:
            self.thought_tokens += 1
            yield self._piece("thought", thought)
        if text:
            pieces = [self._piece(kind, words) for kind, words in self.splitter.feed(text)]
            self.thought_tokens += bool(self.splitter.closing or any(p.thought for p in pieces))
            yield from pieces

    def end(self) -> Iterator[Piece]:
        """The server has said all; what was kept of a tag that might have begun."""
        self.complete = True
        yield from (self._piece(kind, words) for kind, words in self.splitter.end())

    def _piece(self, kind: str, words: str) -> Piece:
        if kind == "thought":
            self.thoughts += words
            return Piece(thought=words)
        self.text += words
        return Piece(text=words)

    def _call(self, part: Mapping[str, Any]) -> str:
        """A part of a call: its name comes once, its arguments bit by bit."""
        index = part["index"]
        if not isinstance(index, int):
            raise TypeError(f"a call with the index {index!r}")
        name, arguments = self.parts_of_calls.get(index, ("", ""))
        new = part.get("function") or {}
        added = new.get("arguments") or ""
        self.parts_of_calls[index] = (new.get("name") or name, arguments + added)
        return str(added)

    @property
    def answer(self) -> Answer:
        """What came so far. A server that knows no thoughts may have sent the end of one alone."""
        calls = tuple(ToolCall(*parts) for _, parts in sorted(self.parts_of_calls.items()))
        thoughts, text = (self.thoughts, self.text) if self.thoughts else split(self.text)
        tps = self.timings.get("predicted_per_second") or self.tps
        return Answer(text, tps, calls, thoughts, self.finish)

    @property
    def only_thinks_for(self) -> float:
        """Seconds since its thought began, 0 where it has none or answers by now."""
        if not self.thought_tokens or self.text.strip() or self.parts_of_calls:
            return 0.0
        return self.times[-1] - self.times[0]

    @property
    def so_far(self) -> str:
        """How far it is, in words."""
        if self.only_thinks_for:
            return f"thinking, {self.thought_tokens} tokens"
        return f"{len(self.times)} tokens"

    @property
    def tps(self) -> float | None:
        """Tokens per second after the first one, None where too few came."""
        if len(self.times) < ENOUGH_TOKENS:
            return None
        return (len(self.times) - 1) / max(1e-9, self.times[-1] - self.times[0])
