"""Which sampling a server is started with, so that every program that asks it gets the publisher's.

llama.cpp takes the values of a request first, then those of its flags, then those that the model's
file carries (`general.sampling.*`, since November 2025), then its own. What the file carries is its
publisher's last word: a recipe's value is given only where the file has none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .model.behaviour import Sampling, Thinking

if TYPE_CHECKING:
    from .model.recipe import ModelRecipe, UseRecipe

#: the key of a GGUF file that carries the value of a field; penalties for presence have none
FILE_KEYS = {
    "temperature": "general.sampling.temp",
    "top_p": "general.sampling.top_p",
    "top_k": "general.sampling.top_k",
    "min_p": "general.sampling.min_p",
    "repeat_penalty": "general.sampling.penalty_repeat",
}
#: what llama.cpp samples with where nobody says anything (`common_params_sampling`, b11549)
ENGINE_DEFAULTS = {
    "temperature": 0.8,
    "top_p": 0.95,
    "top_k": 40,
    "min_p": 0.05,
    "presence_penalty": 0.0,
    "frequency_penalty": 0.0,
    "repeat_penalty": 1.0,
}
#: A file holds single precision: 0.3 would read as 0.30000001.
DIGITS = 6
#: the source that is named where the values are the file's own
OWN_FILE = "the model's own file"


@dataclass(frozen=True)
class Effective:
    """The values that a server answers with where a request names none; what is not among them is
    the engine's own. `from_file` names those that the file carries, `recipe` says who says the others;
    a file that is not here yet may carry more (`file_read` is false).
    """

    values: Mapping[str, float] = field(default_factory=dict)
    from_file: tuple[str, ...] = ()
    recipe: Sampling | None = None
    file_read: bool = True


def chosen(model: ModelRecipe, use: UseRecipe) -> Sampling | None:
    """The recipe's values for the way in which the use answers, None where there are none."""
    ways = {one.when: one for one in model.sampling}
    way = "thinking" if thinks(model.thinking, use) else "not-thinking"
    return None if use.embeddings else ways.get(way) or ways.get("any")


def switched(model: ModelRecipe, use: UseRecipe) -> Sampling | None:
    """The recipe's values for when a person switches thinking on or off against the use's way, None
    where the model cannot be switched or its values are the same for both.
    """
    held = chosen(model, use)
    if use.embeddings or held is None or model.thinking is None or not model.thinking.switch:
        return None
    way = "not-thinking" if held.when == "thinking" else "thinking"
    return next((one for one in model.sampling if one.when == way and one is not held), None)


def fields_of(
    switched: Sampling, held: Sampling | None, metadata: Mapping[str, object]
) -> dict[str, float]:
    """The fields of a request that replace the values which the server was started with.

    What the file carries wins, as `without` says. A value that only the server's sampling has goes
    back to the engine's own.
    """
    left = switched.changed(dict.fromkeys(of_file(metadata)))
    kept = held.changed(dict.fromkeys(of_file(metadata))).values if held else {}
    return {**{name: ENGINE_DEFAULTS[name] for name in kept}, **left.values}


def thinks(thinking: Thinking | None, use: UseRecipe) -> bool:
    """Whether answers of this use begin with thoughts: where reasoning is asked for and the model can,
    and where it cannot do without.
    """
    mode = thinking.mode if thinking else "never"
    return mode == "always" or (mode != "never" and use.thinks)


def of_file(metadata: Mapping[str, object]) -> dict[str, float]:
    """What the header of a GGUF file carries, by field."""
    found = {name: metadata.get(key) for name, key in FILE_KEYS.items()}
    return {
        name: round(value, DIGITS)
        for name, value in found.items()
        if isinstance(value, (int, float)) and not isinstance(value, bool)
    }


def without(known: Sampling, metadata: Mapping[str, object]) -> Sampling | None:
    """The recipe's values that the file does not carry itself; None where nothing is left."""
    left = known.changed(dict.fromkeys(of_file(metadata)))
    return left if left.values else None


def effective(recipe: Sampling | None, header: Mapping[str, object] | None) -> Effective:
    """What holds with this recipe and the file of this header; None: it is not here."""
    metadata = header or {}
    own = of_file(metadata)
    if recipe and recipe.source == OWN_FILE:
        own = {**recipe.values, **own}
    left = without(recipe, metadata) if recipe and recipe.source != OWN_FILE else None
    return Effective({**(left.values if left else {}), **own}, tuple(own), left, header is not None)
