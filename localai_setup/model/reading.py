"""Three answers, never two: `Text`, `Missing`, `Failed`. Absent, broken and unknown differ."""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any, Literal, TypeAlias, get_args

from .source import Source

FailureKind = Literal[
    "timed-out", "failed", "garbled", "denied", "missing", "not-recorded", "unsupported"
]
FAILURE_KINDS: tuple[FailureKind, ...] = get_args(FailureKind)


@dataclass(frozen=True)
class Text:
    """What a source said. `code` is the HTTP status; `exit_code` is None where nobody wrote it down."""

    text: str
    stderr: str = ""
    exit_code: int | None = None
    code: int | None = None
    ms: int | None = None

    @property
    def everything(self) -> str:
        """Stdout and stderr together: many tools print their one error line to either."""
        return f"{self.text}\n{self.stderr}" if self.stderr else self.text


@dataclass(frozen=True)
class Missing:
    """The program, file, variable or server is not there: a fact in itself."""


@dataclass(frozen=True)
class Failed:
    """The source is there, or may be, and did not answer. Nothing follows from it but a doubt."""

    reason: str
    kind: FailureKind = "failed"


Reading: TypeAlias = Text | Missing | Failed
NOT_RECORDED = Failed("not in the recording", "not-recorded")


@lru_cache(maxsize=4096)
def _matcher(pattern: str) -> re.Pattern[str]:
    """`*` matches within one path segment of a file, and anything in other keys."""
    star = "[^/]*" if pattern.startswith(("file:", "stat:")) else ".*"
    return re.compile(star.join(map(re.escape, pattern.split("*"))), re.DOTALL)


@dataclass(frozen=True)
class Readings:
    """All answers of one machine by key. What was never asked is `NOT_RECORDED`."""

    by_key: Mapping[str, Reading] = field(default_factory=dict)

    def of(self, source: Source | str) -> Reading:
        key = source if isinstance(source, str) else source.key
        return self.by_key.get(key, NOT_RECORDED)

    def text(self, source: Source | str) -> str | None:
        """The text, or None where the source did not give one."""
        reading = self.of(source)
        return reading.text if isinstance(reading, Text) else None

    def document(self, source: Source | str) -> Any:
        """What the text says as JSON; None where there is no text, or none that can be read."""
        try:
            return json.loads(self.text(source) or "null")
        except (ValueError, RecursionError):
            return None

    def fields(self, source: Source | str) -> dict[str, Any]:
        """The fields of a JSON object; none where the source gave no such thing."""
        found = self.document(source)
        return found if isinstance(found, dict) else {}

    def like(self, source: Source | str) -> Iterator[tuple[str, Reading]]:
        """Every (key, reading) that matches a key with `*` in it, in natural key order."""
        key = source if isinstance(source, str) else source.key
        # a pattern that matched nothing is kept under itself; a command may hold a star of its own
        keys = (k for k in self._beginning(key) if "*" not in k or k.startswith("command:"))
        found = [(k, self.by_key[k]) for k in keys if _matcher(key).fullmatch(k)]
        yield from sorted(found, key=lambda item: natural(item[0]))

    def _beginning(self, pattern: str) -> list[str]:
        """Keys with what stands before the star. Nearly all patterns have none here: two places in the
        sorted keys tell so without looking at each of them.
        """
        prefix = pattern.partition("*")[0]
        keys = self._sorted_keys
        first = bisect_left(keys, prefix)
        end = bisect_left(keys, True, first, key=lambda key: not key.startswith(prefix))
        return keys[first:end]

    @cached_property
    def _sorted_keys(self) -> list[str]:
        """Asked for where all answers are there: a machine that is still asked makes fresh `Readings`."""
        return sorted(self.by_key)

    def texts(self, source: Source | str) -> Iterator[tuple[str, str]]:
        """Every (key, text) that matches and gave a text."""
        yield from ((key, one.text) for key, one in self.like(source) if isinstance(one, Text))


def natural(key: str) -> tuple[tuple[int, str], ...]:
    """Sort `card10` after `card9`."""
    parts = re.findall(r"\d+|\D+", key)
    return tuple((int(part), "") if part.isdecimal() else (-1, part) for part in parts)
