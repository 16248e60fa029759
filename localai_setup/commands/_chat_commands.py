"""What begins with / in a conversation: it is for us, and never sent to the model."""

from __future__ import annotations

from collections.abc import Callable

from ..machine.keeping import conversations
from ..model.errors import LocalaiError
from ..ui import console, shellwords
from ..ui.printable import printable
from . import _attaching
from ._talking import Talking


def tell_of_wish(talking: Talking, think: bool | None) -> None:
    """A wish that the model cannot fulfil is not passed over in silence."""
    name = talking.setup.model
    if think and not talking.thinks:
        console.say(f"{name} does not think before it answers; it answers right away.")
    elif think is False and talking.thinks:
        console.say(f"{name} cannot be told not to think; it is told to think little.")


def run(talking: Talking, words: str) -> None:
    """What begins with / is for us; it is never sent to the model."""
    name, _, rest = words.partition(" ")
    known = COMMANDS.get(name.lower())
    if known is None:
        console.say(f"There is no command {name}; nothing was sent. /help lists what there is.")
        return
    try:
        known[1](talking, rest.strip())
    except LocalaiError as error:
        console.say(str(error))


def _help(_talking: Talking, _rest: str) -> None:
    for name, (words, _) in COMMANDS.items():
        console.say(f"  {name:10} {words}")
    console.say("  /quit      end the conversation (/bye and Ctrl-D too); Ctrl-C stops an answer")
    console.say("Enter sends; Alt and Enter, or \\ before Enter, begin a new line.")


def _think(talking: Talking, rest: str) -> None:
    wished = {"on": True, "off": False}.get(rest.lower(), not talking.thinks)
    talking.wish = wished
    if talking.thinks == wished:
        console.say("It thinks before it answers." if wished else "It answers without thinking.")
    else:
        tell_of_wish(talking, wished)


def _thoughts(talking: Talking, _rest: str) -> None:
    last = talking.last
    if last is None or not last.thoughts.strip():
        console.say("There was no thought before the last answer.")
        return
    console.say(printable(last.thoughts.strip()), style="dim")


def _new(talking: Talking, _rest: str) -> None:
    talking.talk.begin_anew()
    talking.last, talking.attached, talking.kept_as = None, [], ""
    console.say("The model has forgotten what was said.")


def _system(talking: Talking, rest: str) -> None:
    talking.set_system(rest)
    console.say(
        "It is told that before everything else." if rest else "It is told nothing special."
    )


def _file(talking: Talking, rest: str) -> None:
    path = rest.strip("'\"")
    if not path:
        console.say("Name a text, a PDF or a picture: /file notes.txt")
        return
    found = _attaching.read(path, talking.setup)
    talking.attached.append(found)
    console.say(f"{found.name} goes with your next question.")


def _save(talking: Talking, rest: str) -> None:
    if not rest:
        known = ", ".join(conversations.names()) or "none yet"
        console.say(f"Name it: /save trip to Rome. Kept are: {known}.")
        return
    talking.keep_as(rest)
    console.say(
        f"It is kept as {rest}, readable by you alone, in {conversations.path(rest)}. "
        f"`localai chat --keep {shellwords.word(rest)}` goes on with it."
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
    "/file": ("give the model a file with your next question: /file notes.txt", _file),
    "/save": ("keep this conversation on the disk: /save NAME", _save),
    "/context": ("how full the context is", _context),
    "/new": ("forget what was said", _new),
}
