"""A question to the server that was set up, within a time limit: does a checked answer still come?"""

from __future__ import annotations

import http.client
import json
import os
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ... import proofs
from ...model.proof import AnswerTest, ToolCall
from ...model.server import HOST, Answer, Running
from ...model.setup import SetUp
from ..keeping import statefile
from ..workbench import Workbench
from . import asking_vectors
from .loopback import headers
from .server import is_ready

#: An answer that takes longer is not waited for.
LIMIT_SECONDS = 8.0
#: Fewer tokens than this say nothing about speed; with as many, a good answer need not go on.
ENOUGH_TOKENS = 8


@dataclass
class Heard:
    """What came within the limit. Each piece is a token; `times` are when they came, in seconds."""

    text: str = ""
    whole: bool = False
    times: list[float] = field(default_factory=list)
    parts_of_calls: dict[int, tuple[str, str]] = field(default_factory=dict)

    def hear(self, delta: Mapping[str, Any]) -> None:
        """A piece of the answer, or of a tool call: its name comes once, its arguments bit by bit."""
        piece = delta.get("content") or ""
        for one in delta.get("tool_calls") or ():
            name, arguments = self.parts_of_calls.get(one["index"], ("", ""))
            new = one.get("function") or {}
            added = new.get("arguments") or ""
            self.parts_of_calls[one["index"]] = (new.get("name") or name, arguments + added)
            piece = piece or added
        self.text += delta.get("content") or ""
        if piece:
            self.times.append(time.monotonic())

    @property
    def answer(self) -> Answer:
        """What came so far."""
        calls = (ToolCall(*parts) for _, parts in sorted(self.parts_of_calls.items()))
        return Answer(self.text, self.tps, tuple(calls))

    def trouble(self, test: AnswerTest) -> str | None:
        """Why what came proves nothing."""
        return proofs.judge(self.answer, test, has_template=True)

    @property
    def tps(self) -> float | None:
        """Tokens per second after the first one, None where too few came."""
        if len(self.times) < ENOUGH_TOKENS:
            return None
        return (len(self.times) - 1) / max(1e-9, self.times[-1] - self.times[0])


def ask() -> dict[str, Any]:
    """`trouble` in words or null, `text`, `tps` (null where unknown), `late`, `others`: the share of
    all processors that other programs used meanwhile, 0 to 1. Empty where nothing could be asked.
    """
    setup = statefile.peek()
    running = Workbench().servers.running()
    if setup is None or running is None or not is_ready(running.port):
        return {}
    if setup.settings.embeddings:
        return asking_vectors.ask(setup, running.port, LIMIT_SECONDS)
    heard, trouble, work = Heard(), None, _Work(running)
    try:
        _listen(heard, running.port, setup)
    except TimeoutError:
        pass
    except (OSError, http.client.HTTPException, ValueError, KeyError, TypeError) as error:
        trouble = f"the server broke off: {str(error) or type(error).__name__}"
    if heard.whole:
        trouble = heard.trouble(setup.test)
    late = not heard.whole and trouble is None
    text = proofs.shown(heard.answer)
    return {"trouble": trouble, "text": text, "tps": heard.tps, "late": late,
            "others": work.of_others()}  # fmt: skip


class _Work:
    """How busy the processors are with other programs than the server, from now on."""

    def __init__(self, running: Running) -> None:
        self.pid = running.pid
        self.began, self.all, self.own = time.monotonic(), *self._seconds()

    def _seconds(self) -> tuple[float, float]:
        import psutil

        all_ = psutil.cpu_times()
        busy = sum(all_) - all_.idle - getattr(all_, "iowait", 0.0)
        try:
            own = psutil.Process(self.pid).cpu_times()
        except psutil.Error:
            return busy, 0.0
        return busy, own.user + own.system

    def of_others(self) -> float:
        busy, own = self._seconds()
        there_was = max(1e-3, time.monotonic() - self.began) * (os.cpu_count() or 1)
        return round(max(0.0, (busy - self.all) - (own - self.own)) / there_was, 2)


def _listen(heard: Heard, port: int, setup: SetUp) -> None:
    """Fill `heard`; raises TimeoutError where the limit is over."""
    deadline = time.monotonic() + LIMIT_SECONDS
    connection = http.client.HTTPConnection(HOST, port, timeout=LIMIT_SECONDS)
    try:
        for event in _events(connection, setup):
            choices = event.get("choices") or [{}]
            heard.hear(choices[0].get("delta") or {})
            if len(heard.times) == ENOUGH_TOKENS and not heard.trouble(setup.test):
                break
            if time.monotonic() > deadline:
                raise TimeoutError
        heard.whole = True
    finally:
        connection.close()


def _events(connection: http.client.HTTPConnection, setup: SetUp) -> Iterator[dict[str, Any]]:
    body = {
        **proofs.request(setup.test),
        "temperature": 0,
        "seed": 1,
        "stream": True,
    }
    question = json.dumps(body)
    connection.request("POST", "/v1/chat/completions", question, headers(setup.api_key))
    reply = connection.getresponse()
    if reply.status != http.client.OK:
        raise http.client.HTTPException(f"it answered {reply.status}")
    for line in reply:
        if line.startswith(b"data: {"):
            yield json.loads(line[6:])
