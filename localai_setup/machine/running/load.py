"""A load: so many people who ask a server one question after another, all at the same time."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import time
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ...model.load import Call
from ...model.server import Running, named

if TYPE_CHECKING:
    import httpx

#: A person who waits longer has gone; a server that is that slow fails the load.
ANSWER_SECONDS = 600.0
CONNECT_SECONDS = 10.0
#: Each person asks of something else, so that no answer is read from another's cache.
TOPICS = ("a harbour", "an orchard", "a night train", "a lighthouse", "a bakery", "a glacier",
          "a market", "an old clock", "a bridge", "a desert", "a school", "an island")  # fmt: skip


@dataclass(frozen=True)
class Load:
    """`users` people ask for `seconds`, each at least once; each answer has `tokens` tokens.

    `served_as` is the model's name.
    """

    users: int
    seconds: float
    tokens: int
    served_as: str = ""


@dataclass(frozen=True)
class _Asking:
    client: httpx.AsyncClient
    load: Load
    began: float

    @property
    def now(self) -> float:
        return time.monotonic() - self.began

    def body(self, person: int, number: int) -> Mapping[str, Any]:
        """A question that nobody asked before; the answer is as long as was asked for."""
        topic = TOPICS[person % len(TOPICS)]
        question = f"{person}.{number}: Tell a long story about {topic}."
        return {
            **named(self.load.served_as),
            "messages": [{"role": "user", "content": question}],
            "max_tokens": self.load.tokens,
            "ignore_eos": True,
            "stream": True,
            "stream_options": {"include_usage": True},
        }


def run(server: Running, load: Load, report: Callable[[int, int], None]) -> list[Call]:
    """Every request as it went, also those that failed. `report` is told how many were answered, and
    how many failed, each time that one ends. What is being answered when the time is over is waited for.
    """
    return asyncio.run(_run(server, load, report))


async def _run(server: Running, load: Load, report: Callable[[int, int], None]) -> list[Call]:
    import httpx

    headers = {"Authorization": f"Bearer {server.api_key}"} if server.api_key else {}
    # llama.cpp closes a connection that was idle for seconds: the next question would now and then meet
    # that moment, which says nothing of the server
    limits = httpx.Limits(max_keepalive_connections=0)
    timeout = httpx.Timeout(ANSWER_SECONDS, connect=CONNECT_SECONDS)
    calls: list[Call] = []

    def ended(call: Call) -> None:
        calls.append(call)
        failed = sum(bool(one.failure) for one in calls)
        report(len(calls) - failed, failed)

    async with httpx.AsyncClient(
        base_url=server.address, headers=headers, timeout=timeout, limits=limits, trust_env=False
    ) as client:
        asking = _Asking(client, load, time.monotonic())
        await asyncio.gather(*(_person(asking, one, ended) for one in range(load.users)))
    return calls


async def _person(asking: _Asking, person: int, ended: Callable[[Call], None]) -> None:
    """One question after another. After a failure a moment passes, as a person or program would wait.

    Everybody asks at least once: on a busy computer the time may be over before the last one's turn, and
    then fewer people would have been measured than are told.
    """
    for number in itertools.count(1):
        call = await _asked(asking, person, number)
        ended(call)
        if call.failure:
            await asyncio.sleep(0.2)
        if asking.now >= asking.load.seconds:
            return


async def _asked(asking: _Asking, person: int, number: int) -> Call:
    import httpx

    start, first, tokens, failure = asking.now, None, 0, "broken off"
    body = asking.body(person, number)
    try:
        async with asking.client.stream("POST", "chat/completions", json=body) as response:
            if response.status_code != httpx.codes.OK:
                return Call(start, asking.now, failure=f"status {response.status_code}")
            async for piece in _pieces(response):
                if "error" in piece:
                    return Call(start, asking.now, first, tokens, "error in the answer")
                if first is None and _has_words(piece):
                    first = asking.now
                tokens = _written(piece) or tokens
                if piece is _DONE:
                    failure = "" if first is not None or tokens else "nothing was written"
    except httpx.HTTPError as error:
        failure = type(error).__name__
    return Call(start, asking.now, first, tokens, failure)


_DONE: dict[str, Any] = {}


async def _pieces(response: httpx.Response) -> AsyncIterator[dict[str, Any]]:
    """The documents of the stream; `_DONE` where the server says that it is complete."""
    async for line in response.aiter_lines():
        data = line.removeprefix("data:").strip()
        if data == "[DONE]":
            yield _DONE
        with contextlib.suppress(ValueError):
            document = json.loads(data)
            if isinstance(document, dict):
                yield document


def _has_words(piece: Mapping[str, Any]) -> bool:
    choices = piece.get("choices") or [{}]
    delta = choices[0].get("delta") or {}
    return bool(delta.get("content") or delta.get("reasoning_content"))


def _written(piece: Mapping[str, Any]) -> int:
    """Tokens of the answer, where this piece counts them."""
    usage = piece.get("usage") or {}
    return int(usage.get("completion_tokens") or 0)
