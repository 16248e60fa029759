"""A question to the server that was set up, within a time limit: does a checked answer still come?"""

from __future__ import annotations

import http.client
import os
import time
from collections.abc import Iterator, Mapping
from typing import Any

from ... import proofs, thinking
from ...model.behaviour import Thinking
from ...model.examination import Asked
from ...model.server import Running, named
from ...model.setup import SetUp
from ..keeping import statefile
from ..workbench import Workbench
from . import asking_vectors, loopback, templates
from .answers import CHAT
from .receiving import ENOUGH_TOKENS, Received

#: An answer that takes longer is not waited for; where its end or a thought is needed, up to a minute.
LIMIT_SECONDS, LIMIT_OF_LONG_SECONDS = 8.0, 60.0
#: The thought that such a model is given here; that of the set-up was longer.
THOUGHT_TOKENS = 256
#: Tokens per second of a machine whose speed nobody measured, and how far a measured one may be missed.
SLOW_TPS, SLACK = 5.0, 2.0


def ask() -> Asked:
    """Ask the set-up's question; nothing is told where there is nobody to ask."""
    setup = statefile.peek()
    if setup is None:
        return Asked()
    serving = Workbench().serving
    running = serving.running(setup.place)
    if running is None or not serving.is_ready(setup.place, running.port):
        return Asked()
    if setup.settings.embeddings:
        return asking_vectors.ask(setup, running, LIMIT_SECONDS)
    tries: list[Received] = []
    trouble, work = None, _Work(running)
    try:
        _listen_in_tries(tries, running, setup)
    except TimeoutError:
        pass
    except (OSError, http.client.HTTPException) as error:
        trouble = f"the server broke off: {str(error) or type(error).__name__}"
    received = _best(tries)
    only_thought = received.complete and received.answer.only_thought
    if received.complete and not only_thought:
        trouble = proofs.judge(received.answer, setup.test, has_template=True)
    return Asked(
        trouble=trouble,
        text=proofs.shown(received.answer),
        tps=received.tps,
        late=not received.complete and trouble is None,
        only_thought=only_thought,
        thought_tokens=received.thought_tokens,
        others=work.of_others(),
    )


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


def _listen_in_tries(tries: list[Received], running: Running, setup: SetUp) -> None:
    """Add what came of each try; there is another where only a thought came.

    Raises:
        TimeoutError: the limit for all of them is over.

    """
    way = setup.thinking or templates.way_of_thinking(running.port, running.api_key)
    deadline = time.monotonic() + _limit_seconds(way, setup)
    for question in thinking.tries(way, _request(setup), THOUGHT_TOKENS):
        tries.append(Received())
        _listen(tries[-1], running, setup, question, deadline)
        if not tries[-1].answer.only_thought:
            return


def _request(setup: SetUp) -> Mapping[str, Any]:
    return {**proofs.request(setup.test), **named(setup.served_as)}


def _best(tries: list[Received]) -> Received:
    """The last one, or where it is empty the longest thought before it: that of the first."""
    thoughts = [one for one in tries if one.answer.only_thought]
    last = tries[-1] if tries else Received()
    return thoughts[0] if thoughts and last.answer.is_empty else last


def _listen(
    received: Received,
    running: Running,
    setup: SetUp,
    question: Mapping[str, Any],
    deadline: float,
) -> None:
    """Fill `received`; raises TimeoutError where the limit is over."""
    for _ in _pieces(received, running, question, deadline):
        if len(received.times) - received.thought_tokens == ENOUGH_TOKENS and _is_good(
            received, setup
        ):
            break
        if time.monotonic() > deadline:
            raise TimeoutError
    received.complete = True


def _limit_seconds(way: Thinking, setup: SetUp) -> float:
    """Thoughts, and answers that count only when they are whole (a tool call, JSON, what a picture
    shows), take as long as this machine needs for them, within reason.
    """
    switched = thinking.can_be_switched(way)
    if switched and not proofs.is_special(setup.test):
        return LIMIT_SECONDS
    tokens = setup.test.max_tokens + (0 if switched else THOUGHT_TOKENS)
    needed = SLACK * tokens / (setup.measured_tps or SLOW_TPS)
    return min(LIMIT_OF_LONG_SECONDS, max(LIMIT_SECONDS, needed))


def _pieces(
    received: Received, running: Running, question: Mapping[str, Any], deadline: float
) -> Iterator[None]:
    left = max(0.1, deadline - time.monotonic())
    body = {**question, "stream": True}
    for event in loopback.events(running.port, CHAT, left, api_key=running.api_key, body=body):
        list(received.hear(event))
        yield
    list(received.end())


def _is_good(received: Received, setup: SetUp) -> bool:
    return proofs.judge(received.answer, setup.test, has_template=True) is None
