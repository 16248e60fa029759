"""What drafting brings: the same answers from the server as it is set up, and from one that drafts nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from ...model.measurement import Drafts
from ...model.server import required
from ...model.workbench import Workbench
from ...steps.start_server import StartServer
from .answers import CHAT, Answers

#: of each answer; the server's timing leaves the reading of the question out
ANSWER_TOKENS = 32
TEXT = (
    "The library is closed on Monday because the heating is being repaired. It opens again on Tuesday "
    "at nine in the morning. Readers who have books that are due on Monday may bring them back later."
)
#: one whose answer repeats its input, and one whose answer does not
QUESTIONS = (
    f"Correct the spelling of this text and give back all of it:\n\n{TEXT}",
    "Explain in a few sentences how a rainbow comes about.",
)


@dataclass(frozen=True)
class _Written:
    tokens: int
    seconds: float
    drafted: int
    taken: int


def drafts(start: StartServer, machine: Workbench, answers: Answers) -> Drafts:
    """Tokens per second with drafting and without; the server runs as set up when it is done.

    Raises:
        LocalaiError: a server did not start.

    """
    without = replace(start, start=start.start.without_drafting())
    drafted = _written(machine, answers)
    try:
        _run(without, machine)
        plainly = _written(machine, answers)
    finally:
        _run(start, machine)
    return Drafts(
        with_tps=drafted.tokens / drafted.seconds,
        without_tps=plainly.tokens / plainly.seconds,
        taken_share=drafted.taken / drafted.drafted if drafted.drafted else 0.0,
    )


def _run(start: StartServer, machine: Workbench) -> None:
    machine.servers.start(start.program, start.start, start.first_port, start.engine)


def _written(machine: Workbench, answers: Answers) -> _Written:
    """All questions answered once."""
    running = required(machine.servers.running())
    timings = [_timings(answers, running.port, running.api_key, question) for question in QUESTIONS]
    return _Written(
        tokens=sum(one["predicted_n"] for one in timings),
        seconds=sum(one["predicted_ms"] for one in timings) / 1e3,
        drafted=sum(one.get("draft_n", 0) for one in timings),
        taken=sum(one.get("draft_n_accepted", 0) for one in timings),
    )


def _timings(answers: Answers, port: int, key: str | None, question: str) -> Mapping[str, Any]:
    """The server's own word on one answer; the same every time."""
    messages = [{"role": "user", "content": question}]
    body = {"messages": messages, "max_tokens": ANSWER_TOKENS, "temperature": 0}
    timings: Mapping[str, Any] = answers.post(port, CHAT, body, key)["timings"]
    return timings
