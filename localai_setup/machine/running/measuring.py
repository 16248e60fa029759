"""Measuring the server: how fast it reads and writes at several depths, and what it holds in memory."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from ...model.measurement import SpeedPoint
from .answers import RERANK, Answers

#: tokens written for one measurement, and how often; the median counts
GENERATED_TOKENS = 24
ROUNDS = 3
#: the server's context holds the prompt, what is written and a little of its own
SPARE_TOKENS = GENERATED_TOKENS + 8
#: the first point: a short question's worth of context
FIRST_DEPTH_TOKENS = 32
#: how long the processor is watched before measuring
BUSY_SECONDS = 0.5
FILLER = "The river was wide and slow, and on its banks the people told each other old stories. "
#: about what a tokenizer makes of it; the server tells the exact number
FILLER_TOKENS = 20


P = TypeVar("P")


class Meters(Protocol[P]):
    """Whatever measures a server: a prompt is a sequence of pieces, about a token each."""

    def words(self, count: int) -> Sequence[P]: ...
    def complete(self, prompt: Sequence[P], *, cached: bool) -> Mapping[str, float]: ...
    def embed(self, text: str) -> int: ...


@dataclass(frozen=True)
class Meter:
    """Measures the server on one port of this computer."""

    answers: Answers
    port: int
    api_key: str | None

    def words(self, count: int) -> list[int]:
        """`count` tokens of plain text."""
        tokens: list[int] = self._post("/tokenize", {"content": FILLER})["tokens"]
        return (tokens * (count // len(tokens) + 1))[:count]

    def complete(self, prompt: Sequence[int], *, cached: bool) -> Mapping[str, float]:
        """The server's own timings of one completion that may not stop early."""
        body = {"prompt": list(prompt), "n_predict": GENERATED_TOKENS, "ignore_eos": True,
                "cache_prompt": cached, "temperature": 0}  # fmt: skip
        timings: Mapping[str, float] = self._post("/completion", body)["timings"]
        return timings

    def embed(self, text: str) -> int:
        """Turn a text into a vector; how many tokens it had."""
        tokens: int = self._post("/v1/embeddings", {"input": text})["usage"]["prompt_tokens"]
        return tokens

    def rank(self, text: str) -> int:
        """Score a text for a question; how many tokens both had."""
        body = {"query": "What is told?", "documents": [text]}
        tokens: int = self._post(RERANK, body)["usage"]["prompt_tokens"]
        return tokens

    def _post(self, path: str, body: dict[str, Any]) -> Any:
        return self.answers.post(self.port, path, body, self.api_key)


def depths(context: int) -> list[int]:
    """Tokens in the context at which to measure: nearly none, then up to nearly all."""
    most = context - SPARE_TOKENS
    requested = [FIRST_DEPTH_TOKENS, *(context * share // 8 for share in (1, 2, 4, 6)), most]
    return sorted({depth for depth in requested if FIRST_DEPTH_TOKENS <= depth <= most})


def points(
    meter: Meters[P], requested: Sequence[int], seconds: float, report: Callable[[int], None]
) -> Iterator[SpeedPoint]:
    """Measure depth after depth, the shallow first, while the next is likely to end within `seconds`.

    Each prompt begins with the one before it, so that the server reads only what is new.
    """
    ends, reached, reading_tps = time.monotonic() + seconds, 0, 0.0
    for depth in requested:
        if reading_tps and time.monotonic() + (depth - reached) / reading_tps > ends:
            return
        report(depth)
        point = _point(meter, meter.words(depth), fresh=reached == 0)
        reading_tps, reached = point.prompt_tps or reading_tps, depth
        yield point


def _point(meter: Meters[P], prompt: Sequence[P], *, fresh: bool) -> SpeedPoint:
    first = meter.complete(prompt, cached=not fresh)
    again = [meter.complete(prompt, cached=True) for _ in range(ROUNDS - 1)]
    written = [one["predicted_per_second"] for one in (first, *again)]
    return SpeedPoint(len(prompt), first["prompt_per_second"], statistics.median(written))


def reading_point(read: Callable[[str], int], depth_tokens: int) -> SpeedPoint:
    """How many tokens per second are read, for a text of about `depth_tokens`; `read` tells how many
    its text had.
    """
    text = FILLER * max(1, depth_tokens // FILLER_TOKENS)
    rates = []
    for _ in range(ROUNDS):
        before = time.monotonic()
        tokens = read(text)
        rates.append(tokens / (time.monotonic() - before))
    return SpeedPoint(tokens, statistics.median(rates), None)


def resident_mib(pid: int) -> float | None:
    """Main memory that the server and what it started hold now; None where the system does not say.

    Ollama's engine is a process of its own.
    """
    import psutil

    try:
        server = psutil.Process(pid)
        each = (server, *server.children(recursive=True))
        return float(sum(one.memory_info().rss for one in each) / 2**20)
    except psutil.Error:
        return None


def busy_share() -> float:
    """How much of the processor other programs use while nothing is asked of the server, 0 to 1."""
    import psutil

    return float(psutil.cpu_percent(interval=BUSY_SECONDS) / 100)
