"""Thoughts that stand in the text of an answer between tags, as servers without `reasoning_content`
send them. Text in, thoughts and answer out, also while it still comes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Kind = Literal["thought", "text"]
#: opening → closing, as the models of 2025 and 2026 write them
TAGS = {
    "<think>": "</think>",
    "<thinking>": "</thinking>",
    "<seed:think>": "</seed:think>",
    "[THINK]": "[/THINK]",
    "<|START_THINKING|>": "<|END_THINKING|>",
    "<|channel|>analysis<|message|>": "<|start|>assistant<|channel|>final<|message|>",
}


@dataclass
class Splitter:
    """Takes an answer piece by piece. A thought stands at its beginning, once."""

    closing: str = ""
    kept: str = ""
    over: bool = False

    def feed(self, piece: str) -> Iterator[tuple[Kind, str]]:
        """What is sure after this piece; the beginning of a tag is kept until it is known."""
        self.kept += piece
        if not self.over and not self.closing:
            self._begin()
        if self.closing:
            yield from self._thought()
        if self.over and self.kept:
            yield "text", self.kept
            self.kept = ""

    def end(self) -> Iterator[tuple[Kind, str]]:
        """What was kept; a thought that never closed stays a thought."""
        if self.kept:
            yield ("thought" if self.closing else "text"), self.kept
            self.kept = ""

    def _begin(self) -> None:
        start = self.kept.lstrip()
        for opening, closing in TAGS.items():
            if start.startswith(opening):
                self.closing, self.kept = closing, start[len(opening) :]
                return
        self.over = not any(opening.startswith(start) for opening in TAGS)

    def _thought(self) -> Iterator[tuple[Kind, str]]:
        thought, closed, rest = self.kept.partition(self.closing)
        if closed:
            self.closing, self.over, self.kept = "", True, rest.lstrip()
        else:
            held = _beginning(thought, self.closing)
            thought, self.kept = thought[: len(thought) - held], thought[len(thought) - held :]
        if thought:
            yield "thought", thought


def _beginning(text: str, tag: str) -> int:
    """How many characters at the end of the text may be the beginning of the tag."""
    lengths = range(min(len(tag) - 1, len(text)), 0, -1)
    return next((count for count in lengths if text.endswith(tag[:count])), 0)


def split(text: str) -> tuple[str, str]:
    """Thoughts and answer. A closing tag alone ends a thought that the prompt had opened."""
    splitter = Splitter()
    parts = [*splitter.feed(text), *splitter.end()]
    thoughts = "".join(words for kind, words in parts if kind == "thought")
    answer = "".join(words for kind, words in parts if kind == "text")
    for opening, closing in TAGS.items():
        before, found, after = answer.partition(closing)
        if found and not thoughts and opening not in before:
            return before.strip(), after.strip()
    return thoughts.strip(), answer.strip()
