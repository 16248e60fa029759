"""Talk to the model: one question, or a conversation."""

from __future__ import annotations

import sys
from dataclasses import dataclass

from ..machine.keeping import conversations
from ..machine.workbench import Workbench
from ..model.attachment import fenced
from ..model.errors import Exit, LocalaiError
from ..ui import chattext, console, jsonout
from . import _attaching, _chat_commands
from ._options import Options
from ._setup import require_chat, saved, server
from ._talking import Talking


@dataclass(frozen=True)
class ChatRequest:
    """The flags, as they were typed; empty means nothing."""

    prompt: str | None = None
    think: bool | None = None
    system: str = ""
    files: tuple[str, ...] = ()
    keep: str = ""


def chat(options: Options, request: ChatRequest) -> Exit:
    """A prompt as an argument, on standard input or both is answered once; else a conversation begins."""
    setup, bench = saved(), Workbench(offline=options.offline)
    require_chat(setup)
    question = _question(request.prompt)
    files = [_attaching.read(one, setup) for one in request.files]
    running = server(setup, bench)
    talking = Talking(bench, running, setup, request.think, options.verbose, options.json)
    talking.attached = files
    _chat_commands.tell_of_wish(talking, request.think)
    if request.system:
        talking.set_system(request.system)
    if request.keep:
        _take_up(talking, request.keep)
    if question is None:
        return _converse(talking)
    answer = talking.ask(question)
    if options.json:
        jsonout.write(
            {
                "schema": "localai.chat/1",
                "model": setup.model,
                "answer": answer.text,
                "thoughts": answer.thoughts or None,
                "finish": answer.finish or None,
            }
        )
    return Exit.OK


def _question(prompt: str | None) -> str | None:
    """The prompt, and below it what was piped in; None where a person is to be asked."""
    piped = chattext.piped()
    if prompt is None and sys.stdin.isatty():
        return None
    words = (prompt or "").strip()
    if not words and not piped:
        raise LocalaiError("There is no question: standard input is empty.", exit_code=Exit.USAGE)
    if not (words and piped):
        return words or piped
    return f"{words}\n\n{fenced(piped)}"


def _take_up(talking: Talking, name: str) -> None:
    turns = talking.take_up(name)
    file = conversations.path(name)
    if turns:
        console.say(f"Going on with {name}: {turns} turns so far, kept in {file}.")
    else:
        console.say(f"This conversation is kept as {name}, in {file}.")


def _converse(talking: Talking) -> Exit:
    console.say(f"{talking.setup.model} listens. /help lists the commands, /bye or Ctrl-D ends it.")
    while (words := _words()) is not None:
        if not words:
            continue
        if words.startswith("/"):
            _chat_commands.run(talking, words)
            continue
        try:
            talking.ask(words)
        except LocalaiError as error:
            console.say(str(error))
    return Exit.OK


def _words() -> str | None:
    while True:
        try:
            return chattext.read_words()
        except KeyboardInterrupt:
            if not console.is_interactive():
                raise
            console.say("Ctrl-D or /bye ends the conversation.", style="dim")
