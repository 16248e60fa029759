"""A plan, a choice and a finished set-up in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..model.plan import Choice, Match
from ..model.recipe import Recipes
from ..model.setup import SetUp
from ..probes.engines import Engines
from . import console

TINY = (
    "This is a tiny model that proves that everything works; it is too small for real questions. "
    "Swap it for a better one with `localai init --for chat`."
)


def choice_words(choice: Choice, recipes: Recipes) -> str:
    """One line: the name, its size, what it needs, how fast it will be."""
    name = recipes.models[choice.model].name
    gigabytes = choice.download_bytes / 1e9
    needs = choice.memory.total_mib / 1024
    speed = f"{choice.speed.low:.0f} to {choice.speed.high:.0f} tokens/s"
    return f"{name} {choice.weights.quantization}: {gigabytes:.1f} GB to fetch, {needs:.1f} GB of memory, {speed}"


def why(match: Match, recipes: Recipes) -> None:
    """Why this one, and why not the others."""
    if match.choice:
        console.say(f"Chosen: {choice_words(match.choice, recipes)}")
    for other in match.alternatives:
        console.say(f"Or:     {choice_words(other, recipes)}")
    for refusal in match.refused:
        console.say(f"Not {refusal.model}: {refusal.reason}")


def plan(steps: Sequence[dict[str, Any]], choice: Choice) -> None:
    """What will be done, where, and what is done already."""
    console.say("\nThe plan")
    for number, step in enumerate(steps, 1):
        mark = " (done already)" if step["done"] else ""
        console.say(f"  {number}. {step['title']}{mark}")
        for path in step["writes"]:
            console.say(f"     in {path}", style="dim")
    licence = choice.licence
    console.say(f"  Licence of the model: {licence.name or licence.id} ({licence.url})")
    if choice.why_no_gpu:
        console.say(f"  {choice.why_no_gpu}")


def engines(found: Engines) -> None:
    """What is there already and is left alone."""
    for one in found.engines:
        version = f" {one.version}" if one.version else ""
        console.say(f"  {one.name}{version} is here already ({one.state}); it is left as it is.")


def answer(setup: SetUp, address: str) -> None:
    """The end of the main job: question, answer, speed, address and what to type next."""
    tps = f"{setup.measured_tps:.0f} tokens per second" if setup.measured_tps else ""
    console.say(f"\nAsked:    {setup.test.question}")
    console.out().print(console.plain(f"Answered: {setup.answer}"), markup=False)
    console.say(f"          {setup.model}, {tps}" if tps else f"          {setup.model}")
    if setup.recipe == "starter":
        console.say(f"\n{TINY}")
    console.say(f"\nReady. Programs reach it at {address} (OpenAI API, this computer only).")
    console.say("  localai chat       talk to it")
    console.say("  localai doctor     look whether all is well")
    console.say("  localai uninstall  undo everything")
