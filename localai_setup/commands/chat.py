"""Talk to the model: one question, or a conversation."""

from __future__ import annotations

import sys

from ..answers import repeats_endlessly
from ..machine.running.hearing import Heard
from ..machine.workbench import Workbench
from ..model.errors import Exit, LocalaiError
from ..model.server import Message, Running
from ..model.setup import SetUp
from ..ui import chattext, console, jsonout
from ._options import Options
from ._setup import saved, server

#: pieces (tokens) between two looks at whether the answer goes in circles
LOOK_EVERY = 64


def chat(options: Options, prompt: str | None) -> Exit:
    """A prompt as an argument or on standard input is answered once; else a conversation begins."""
    setup, bench = saved(), Workbench(offline=options.offline)
    if setup.settings.embeddings:
        raise LocalaiError(
            f"{setup.model} turns text into vectors; it cannot chat.",
            hint="`localai init --for chat` sets up a model that can.",
        )
    if prompt is None and not sys.stdin.isatty():
        prompt = sys.stdin.read().strip()
    if prompt == "":
        raise LocalaiError("There is no question: standard input is empty.", exit_code=Exit.USAGE)
    running = server(setup, bench)
    if prompt is None:
        return _converse(bench, running, setup)
    answer = _answer(
        bench, running, setup, [{"role": "user", "content": prompt}], quiet=options.json
    )
    if options.json:
        jsonout.write({"schema": "localai.chat/1", "model": setup.model, "answer": answer})
    return Exit.OK


def _converse(bench: Workbench, running: Running, setup: SetUp) -> Exit:
    console.say(f"{setup.model} listens. /bye or Ctrl-D ends the conversation.")
    messages: list[Message] = []
    while (words := chattext.read_words()) is not None:
        if words.strip():
            messages.append({"role": "user", "content": words})
            answer = _answer(bench, running, setup, messages, quiet=False)
            messages.append({"role": "assistant", "content": answer})
    return Exit.OK


def _answer(
    bench: Workbench, running: Running, setup: SetUp, messages: list[Message], *, quiet: bool
) -> str:
    heard = Heard()
    for piece in bench.answers.stream(running.port, {"messages": messages}, setup.api_key, heard):
        if not quiet:
            chattext.piece(piece.text)
        if len(heard.times) % LOOK_EVERY == 0 and repeats_endlessly(heard.text or heard.thoughts):
            console.say("\nIt says the same again and again, so it was stopped.")
            break
    if not quiet:
        chattext.end()
    return heard.answer.text
