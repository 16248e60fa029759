"""The end of a set-up in words: the answer, where it serves, and what to type next."""

from __future__ import annotations

import sys

from ..model.server import HOST
from ..model.setup import SetUp
from ..steps.check_answer import CheckAnswer
from . import console, places, shellwords
from .connecttext import reach

TINY = (
    "This is a tiny model that proves that everything works; it is too small for real questions. "
    "Swap it for a better one with `localai init --for chat`."
)

#: the share of the predicted speed below which it is told; the starter's one sentence varies by a third
FAR_BELOW = 0.4
#: tokens per second below which a tenth matters
SLOW_TPS = 10


def _shortfall(setup: SetUp) -> str:
    return (
        f"It answers, but not correctly: {setup.shortfall}. Models this small are set up all the same, "
        "because few of them answer rightly; do not rely on what it says. A larger one: "
        f"`localai init --for {setup.recipe}`."
    )


def _speed(setup: SetUp) -> str:
    """Measured by one short answer, so it is called slow only where it is far from what was predicted."""
    tps, predicted = setup.measured_tps, setup.predicted_tps
    if not tps:
        return ""
    words = f", {tps:.{0 if tps >= SLOW_TPS else 1}f} tokens per second"
    if not predicted or tps >= FAR_BELOW * predicted:
        return words
    return f"{words}; about {predicted:.0f} were predicted, so other programs may keep this computer busy"


def _checked_at(setup: SetUp) -> str:
    """When, as the receipt has it: `2026-11-28T17:02:03Z` becomes `on 2026-11-28 at 17:02 UTC`."""
    at = next((one.at for one in setup.receipts if one.step == CheckAnswer.id), "")
    day, _, time = at.partition("T")
    return f"on {day} at {time[:5]} UTC" if time else "before"


def answer(
    setup: SetUp, address: str, key_file: str, listen: str = HOST, *, is_new: bool = True
) -> None:
    """Question, answer, speed, address, and who reaches it, as its server listens at `listen`. An answer that is not new is told with the time when it was
    checked.
    """
    if not is_new:
        console.say(f"\nThe answer was checked {_checked_at(setup)}; `localai doctor` asks again.")
    system = setup.test.proof.system
    console.say(f"\nTold:     {system}" if system else "")
    console.say(f"Asked:    {setup.test.question}")
    console.show(f"Answered: {setup.answer}")
    console.say(f"          {setup.model}{_speed(setup)}")
    if setup.shortfall:
        console.say(f"\n{_shortfall(setup)}")
    if setup.recipe == "starter":
        console.say(f"\n{TINY}")
    console.say(f"\nReady. Programs reach it at {address} (OpenAI API, {reach(listen)}).")
    if setup.place:
        console.say(f"There it is called {setup.served_as}; no API key is asked for.")
    else:
        console.say(
            f"They need the API key in {places.short(key_file)}; `localai connect` writes it into "
            "their settings."
        )


def typed(command: str) -> None:
    """How localai itself is typed, where its name alone is not enough."""
    if command != "localai":
        words = shellwords.word(command)
        console.say_unwrapped(f"\nHere `localai` is typed `{words}`: PATH does not lead to it.")
        if sys.platform == "win32" and words != command:
            # a line that begins with a quote is a text there, which PowerShell only shows
            console.say_unwrapped(f"In PowerShell: `& {words}`.")


def next_steps(setup: SetUp) -> None:
    """The three things to do next. Many read the last line only, so it is the one to begin with."""
    reads = setup.settings.embeddings
    console.say("\nWhat you can type now:")
    console.say("  localai uninstall  undo everything")
    console.say("  localai doctor     look whether all is well")
    console.say(
        "  localai connect    how programs use it" if reads else "  localai chat       talk to it"
    )


def script_line(line: str) -> None:
    """The same choice for a script: a line to be pasted."""
    console.say("\nThe same again, without questions:")
    console.say_unwrapped(f"  {line}")
