"""Which models could be taught on this machine, for whoever asked for one that cannot."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..model.facts import Facts
from ..model.recipe import ModelArchitecture, ModelRecipe
from ..model.sizes import mib_words
from ..model.tuning import TuningRecipe
from ..probes.cpu import Cpu
from ..probes.memory import Memory
from ..tuning import cost
from ..tuning.base import Base, base_of_recipe
from ..tuning.cost import Run, alone

#: Instructions that compute with 16 bits; without them 32 are faster and take twice the memory.
HALF_FEATURES = frozenset({"amx_bf16", "avx512_bf16"})
#: Examples are rarely longer; those of the person are not read yet.
USUAL_TOKENS, USUAL_EXAMPLES = 512, 100
SHOWN = 3
#: On a processor a larger model takes days (4 operations for each value and token, some ten thousand
#: million a second and core); the graphics card that can do it is asked for by `plan`, not here.
MOST_VALUES = 2_000_000_000


def number_bytes(facts: Facts) -> int:
    """Of a value while this processor trains."""
    features = (facts.get(Cpu) or Cpu()).features or ()
    return cost.HALF_BYTES if HALF_FEATURES & set(features) else cost.FULL_BYTES


def free_mib(facts: Facts) -> float | None:
    """Of main memory, within the limit of a container; None where it is not known."""
    memory = facts.get(Memory) or Memory()
    known = [one for one in (memory.available_mib, memory.limit_mib) if one]
    return min(known, default=None)


def base(recipe: TuningRecipe, architecture: ModelArchitecture) -> Base | None:
    """A model that this recipe can train, from what its own recipe states; None where it cannot."""
    found = base_of_recipe(architecture)
    able = found and found.architecture in recipe.architectures and recipe.size_for(found.values)
    return found if able else None


def least_mib(recipe: TuningRecipe, found: Base, facts: Facts) -> float:
    """The memory that its training takes at the least, in MiB, with examples of usual length."""
    size = recipe.size_for(found.values)
    assert size, "`base` was asked before"
    run = Run(found, size, USUAL_EXAMPLES, USUAL_TOKENS, number_bytes(facts), recompute=True)
    return cost.memory_mib(alone(run))


def advice(recipe: TuningRecipe, models: Mapping[str, ModelRecipe], facts: Facts) -> str:
    """A sentence that names the largest models that could be taught here, and how."""
    free = free_mib(facts)
    fitting = sorted(_fitting(recipe, models, facts, free), reverse=True)[:SHOWN]
    if not fitting:
        return "No model that is known can be taught with the memory that is free here; a computer with more can."
    names = ", ".join(f"{name} ({mib_words(mib)})" for _, name, mib in fitting)
    return f"What could be taught here: {names}. `localai tune FILE --model {fitting[0][1]}` takes one of them."


def largest(
    recipe: TuningRecipe, models: Mapping[str, ModelRecipe], facts: Facts
) -> ModelRecipe | None:
    """Of those that could be taught here; None where none can."""
    fitting = max(_fitting(recipe, models, facts, free_mib(facts)), default=None)
    return models[fitting[1]] if fitting else None


def _fitting(
    recipe: TuningRecipe, models: Mapping[str, ModelRecipe], facts: Facts, free: float | None
) -> Iterator[tuple[int, str, float]]:
    """Values, name and least memory of each that fits."""
    for model in models.values():
        found = base(recipe, model.architecture)
        if found and found.values <= MOST_VALUES and "chat" in model.abilities:
            needed = least_mib(recipe, found, facts)
            if not free or needed < free:
                yield found.values, model.id, needed
