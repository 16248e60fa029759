"""Talk to the model: one question, or a conversation."""

from __future__ import annotations

import sys
from collections.abc import Callable

from ..machine.workbench import Workbench
from ..model.errors import Exit, LocalaiError
from ..ui import chattext, console, jsonout
from ..ui.printable import printable
from ._options import Options
from ._setup import require_chat, saved, server
from ._talking import Talking


def chat(options: Options, prompt: str | None, think: bool | None = None) -> Exit:
    """A prompt as an argument, on standard input or both is answered once; else a conversation begins."""
    setup, bench = saved(), Workbench(offline=options.offline)
    require_chat(setup)
    question = _question(prompt)
    talking = Talking(bench, server(setup, bench), setup, think, options.verbose, options.json)
    _tell_of_wish(talking, think)
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
    fence = "```"
    while fence in piped:
        fence += "`"
    return f"{words}\n\n{fence}\n{piped}\n{fence}"


def _tell_of_wish(talking: Talking, think: bool | None) -> None:
    """A wish that the model cannot fulfil is not passed over in silence."""
    name = talking.setup.model
    if think and not talking.thinks:
        console.say(f"{name} does not think before it answers; it answers right away.")
    elif think is False and talking.thinks:
        console.say(f"{name} cannot be told not to think; it is told to think little.")


def _converse(talking: Talking) -> Exit:
    console.say(f"{talking.setup.model} listens. /help lists the commands, /bye or Ctrl-D ends it.")
    while (words := _words()) is not None:
        if not words.strip():
            continue
        if words.startswith("/"):
            _command(talking, words)
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


def _command(talking: Talking, words: str) -> None:
    """What begins with / is for us; it is never sent to the model."""
    name, _, rest = words.partition(" ")
    known = COMMANDS.get(name.lower())
    if known is None:
        console.say(f"There is no command {name}; nothing was sent. /help lists what there is.")
        return
    known[1](talking, rest.strip())


def _help(_talking: Talking, _rest: str) -> None:
    for name, (words, _) in COMMANDS.items():
        console.say(f"  {name:10} {words}")
    console.say("  /bye       end the conversation (Ctrl-D too); Ctrl-C stops an answer")


def _think(talking: Talking, rest: str) -> None:
    wished = {"on": True, "off": False}.get(rest.lower(), not talking.thinks)
    talking.wish = wished
    if talking.thinks == wished:
        console.say("It thinks before it answers." if wished else "It answers without thinking.")
    else:
        _tell_of_wish(talking, wished)


def _thoughts(talking: Talking, _rest: str) -> None:
    last = talking.last
    if last is None or not last.thoughts.strip():
        console.say("There was no thought before the last answer.")
        return
    console.say(printable(last.thoughts.strip()), style="dim")


def _new(talking: Talking, _rest: str) -> None:
    talking.talk.begin_anew()
    talking.last = None
    console.say("The model has forgotten what was said.")


def _system(talking: Talking, rest: str) -> None:
    talking.set_system(rest)
    console.say(
        "It is told that before everything else." if rest else "It is told nothing special."
    )


def _context(talking: Talking, _rest: str) -> None:
    talk = talking.talk
    share = talk.tokens / talk.context
    console.say(f"About {talk.tokens} of {talk.context} tokens are used ({share:.0%}).")


COMMANDS: dict[str, tuple[str, Callable[[Talking, str], None]]] = {
    "/help": ("list the commands", _help),
    "/think": ("think before answers, or not: /think on, /think off", _think),
    "/thoughts": ("show the thoughts before the last answer", _thoughts),
    "/system": ("what the model is told before everything else: /system Answer briefly.", _system),
    "/context": ("how full the context is", _context),
    "/new": ("forget what was said", _new),
}
