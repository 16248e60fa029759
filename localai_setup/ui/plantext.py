"""A plan, a choice and a finished set-up in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..model import rates
from ..model.files import OwnModelFile
from ..model.licence import Licence
from ..model.plan import BEST_ANSWERS, FASTEST, RECOMMENDED, SMALLEST, Choice, Match, Reserve
from ..model.recipe import ModelRecipe, Recipes
from ..model.sizes import mib_words, range_words, rate_words, size_words
from ..probes.engines import Engines
from ..sampling import Effective
from . import behaviourtext, enginetext, licencewords, places

LABELS = {
    RECOMMENDED: "Recommended",
    BEST_ANSWERS: "Best answers",
    FASTEST: "Fastest",
    SMALLEST: "Smallest",
}
RESERVED = {
    "usual": "as such a computer usually needs (`--leave SIZE` changes that)",
    "asked": "as you asked",
    "held": "which hold as much now (`--leave SIZE` plans as if some were closed)",
}
NEAREST = "The nearest that fits here"
#: An English page of 400 words; other languages need more tokens.
TOKENS_PER_PAGE = 550
#: as many are told with their reasons
MOST_REFUSALS = 6
#: the steps that bring the model's own files
FETCHING = ("fetch-model", "fetch-projector", "fetch-drafter")


def choice_words(choice: Choice, recipes: Recipes) -> str:
    """One line: the name, its size, what it needs, how fast it will be."""
    files = [one for one in choice.files if not isinstance(one, OwnModelFile)]
    return _choice_words(choice, recipes, sum(one.all_bytes for one in files))


def _choice_words(choice: Choice, recipes: Recipes, fetch_bytes: float) -> str:
    """As `choice_words`, with the bytes of the model that are not here yet."""
    name = f"{recipes.models[choice.model].name} {choice.weights.quantization}".rstrip()
    fetch = size_words(fetch_bytes) if fetch_bytes else "nothing"
    needs = mib_words(choice.memory.total_mib)
    speed = f"{range_words(choice.speed.low, choice.speed.high)} tokens/s"
    return f"{name}: {fetch} to fetch, {needs} of memory, {speed}"


def _at_most(max_rate: float | None, fetch_bytes: float) -> list[str]:
    """How long the model takes at least, where downloads are held back."""
    if not max_rate or not fetch_bytes:
        return []
    least = rates.duration_words(fetch_bytes / max_rate)
    return [f"  Fetching it takes {least} or more, at {rate_words(max_rate)} at most"]


def _left_to_fetch(steps: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The model's files that are not on this disk yet."""
    fetching = (
        step
        for step in steps
        if step["id"] in FETCHING and not step["done"] and not step.get("found_at")
    )
    return [one for step in fetching for one in step["downloads"]]


def held_back_bytes(steps: Sequence[dict[str, Any]]) -> int:
    """What of it comes from a repository, OWNER/NAME: a package is fetched by pip at its own rate."""
    return sum(one["bytes"] for one in _left_to_fetch(steps) if "/" in str(one["from"]))


def label(choice: Choice) -> str:
    """`Fastest and smallest`; of what is offered where nothing asked for fits, that it fits."""
    words = [LABELS[one] for one in choice.labels] or [NEAREST]
    first, *rest = words
    return " and ".join(filter(None, [", ".join([first, *(one.lower() for one in rest[:-1])]),
                                      *(one.lower() for one in rest[-1:])]))  # fmt: skip


def suggestion(choice: Choice, recipes: Recipes) -> str:
    """Two lines: what it is best at and its name, and the sentence to decide by."""
    return f"{label(choice)}: {recipes.models[choice.model].name}\n{choice.differs}"


def why(match: Match, recipes: Recipes, helps: Sequence[str] = ()) -> list[str]:
    """Why this one, how the others differ, why not the rest, and what would change that."""
    chosen = match.choice
    lines = []
    if chosen:
        lines = [f"{label(chosen)}: {choice_words(chosen, recipes)}"]
        sentences = (chosen.differs, *chosen.reasons, *chosen.notes)
        lines += [f"  {sentence}" for sentence in sentences if sentence]
    for other in match.alternatives:
        lines += [f"{label(other)}: {choice_words(other, recipes)}", f"  {other.differs}"]
    lines += _refused(match)
    return [*lines, *helps]


def instead(match: Match, recipes: Recipes) -> list[str]:
    """The other suggestions and how to take them; none where nothing else is offered."""
    lines = []
    for other in match.alternatives:
        name = recipes.models[other.model].name
        lines += [f"  {label(other)}: {name} (--model {other.model})", f"     {other.differs}"]
    return ["\nInstead of it", *lines] if lines else []


def _refused(match: Match) -> list[str]:
    """The nearest with their reasons, the rest as a number."""
    offered = {one.model for one in match.alternatives}
    refused = [one for one in match.refused if one.model not in offered]
    lines, stated = [], set()
    for one in refused[:MOST_REFUSALS]:
        lines.append(f"Not {one.model}: it {one.need if one.room in stated else one.reason}.")
        stated.add(one.room)
    rest = len(refused) - len(lines)
    return (
        [*lines, f"Nor {rest} more, which fit even less (`--json` names them)."] if rest else lines
    )


def plan(
    steps: Sequence[dict[str, Any]],
    choice: Choice,
    recipes: Recipes,
    held: Effective,
    max_rate: float | None = None,
) -> list[str]:
    """What will be done, where, and what is done already; `max_rate` in bytes per second."""
    fetch_bytes = sum(one["bytes"] for one in _left_to_fetch(steps))
    words = _choice_words(choice, recipes, fetch_bytes)
    lines = [
        "\nThe plan",
        f"  {words}",
        *_at_most(max_rate, held_back_bytes(steps)),
        *_context(choice),
        *_reserve(choice.reserve),
    ]
    for number, step in enumerate(steps, 1):
        mark = " (done already)" if step["done"] else ""
        lines.append(f"  {number}. {step['title']}{mark}")
        lines += [f"     {places.short(path)}" for path in step["writes"]]
        if step.get("found_at") and not step["done"]:
            lines.append(f"     {_found(step)}")
    lines += _behaviour(recipes.models[choice.model], held)
    lines.append(_licence("model", choice.licence))
    if choice.drafter_licence:
        lines.append(_licence("drafter", choice.drafter_licence))
    lines += [f"  Note: {one}" for one in choice.notes]
    return [*lines, f"  {choice.why_no_gpu}"] if choice.why_no_gpu else lines


def _found(step: dict[str, Any]) -> str:
    """Where a file or an engine is already, and whether a file takes room a second time."""
    words = f"It is here already and is not fetched: {places.short(step['found_at'])}"
    if step["id"] not in FETCHING:
        return words
    copied = step.get("copied_bytes")
    how = f"copied, {size_words(copied)}" if copied else "linked, without a second copy"
    return f"{words} ({how})"


def _licence(of: str, licence: Licence) -> str:
    page = f" ({licence.url})" if licence.url else ""
    name = licence.name or licence.id
    return f"  Licence of the {of}: {name}{page}\n     {licencewords.sentences(licence)}"


def _behaviour(model: ModelRecipe, held: Effective) -> list[str]:
    """How it will think and sample; nothing of what only reads."""
    if {"embeddings", "reranking"} & set(model.abilities):
        return []
    return [
        f"  Thinking: {behaviourtext.thinking(model.thinking)}",
        f"  Sampling: {behaviourtext.holding(held, model.sampling_note)}",
    ]


def _context(choice: Choice) -> list[str]:
    """How much it sees at once, and what that takes; a model for vectors sees one text after another."""
    if choice.settings.embeddings:
        return []
    tokens, mib = choice.settings.context, choice.memory.parts.kv
    pages = max(1, round(tokens / TOKENS_PER_PAGE))
    words = f"  It sees {tokens} tokens at once (about {pages} pages, its answer included)"
    return [f"{words}, which take {mib_words(mib)} of that memory" if mib >= 1 else words]


def _reserve(reserve: Reserve) -> list[str]:
    """What is left to other programs, and how to change that."""
    if reserve.mib is None:
        return []
    left = f"  {mib_words(reserve.mib)} of main memory are left to the system and other programs"
    return [f"{left}, {RESERVED[reserve.why]}"]


def engines(found: Engines) -> list[str]:
    """What is here already and is left alone."""
    return [
        f"  {one.name} {one.version or ''}".rstrip()
        + f" is here already ({enginetext.STATES.get(one.state, one.state)})."
        for one in found.engines
    ]
