"""What a training on this machine would be, and why there can be none."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..machine.tuning import adapters
from ..machine.tuning.trainer import Trainer
from ..model.errors import Exit, LocalaiError
from ..model.facts import Facts
from ..model.recipe import Recipes
from ..model.setup import SetUp
from ..model.sizes import mib_words
from ..model.tuning import TuningRecipe
from ..model.versions import numbers
from ..probes.gpus import Gpus
from ..probes.memory import Memory
from ..tuning import cost
from ..tuning.base import Base
from ..tuning.cost import Run
from ..ui.tunetext import PlanText
from . import _teachable
from ._options import Options
from ._taught import Taught

RECIPE = "lora"
#: Older NVIDIA cards do not compute with bfloat16.
LEAST_CAPABILITY = (8, 0)


@dataclass(frozen=True)
class Planned:
    """The training, the memory that it takes, and what is free; in MiB, None where that is not known."""

    run: Run
    memory_mib: float
    free_mib: float | None


def base(options: Options, setup: SetUp, recipes: Recipes, found: Base) -> Base:
    """The model of the set-up as something that can be trained.

    Raises:
        LocalaiError: it cannot; says why, and what could be.

    """
    recipe = recipes.tuning[RECIPE]
    why = _why_not(setup, recipe, found)
    if why:
        raise LocalaiError(
            f"{setup.model} cannot be taught here: {why}.",
            "What is set up goes on working as it is.",
            _teachable.advice(recipe, recipes.models, options.facts()),
            Exit.NOTHING_FITS,
        )
    return found


def _why_not(setup: SetUp, recipe: TuningRecipe, found: Base) -> str:
    if setup.place:
        return "its server keeps models of its own; `localai switch --engine llama.cpp` serves it from its file"
    if setup.settings.embeddings:
        return "it reads texts and does not answer"
    if found.architecture not in recipe.architectures:
        return f"files of the architecture {found.architecture} cannot be unpacked for training yet"
    if not found.widths or not found.blocks:
        return "its file does not state its layers"
    if recipe.size_for(found.values) is None:
        return f"{found.values / 1e9:.0f} billion values are more than is trained on one machine"
    return ""


def plan(options: Options, setup: SetUp, recipes: Recipes, model: Base, found: Taught) -> Planned:
    """The settings for this model and these examples, and whether they fit.

    Raises:
        LocalaiError: the memory that is free does not do.

    """
    facts, recipe = options.facts(), recipes.tuning[RECIPE]
    size = recipe.size_for(model.values)
    assert size, "`base` was asked before"
    run = Run(model, size, len(found.train), found.longest, _teachable.number_bytes(facts))
    on_card = _on_card(run, facts)
    if on_card:
        return on_card
    free = (facts.get(Memory) or Memory()).available_mib
    fitted = _in_main_memory(run, free)
    if fitted is None:
        raise LocalaiError(
            f"Teaching {setup.model} takes about {mib_words(_least_mib(run))} of memory, and "
            f"{mib_words(free or 0)} are free.",
            "A computer that runs out of memory becomes very slow, or ends programs.",
            f"Close other programs. {_teachable.advice(recipe, recipes.models, facts)}",
            Exit.NOTHING_FITS,
        )
    return fitted


def _on_card(run: Run, facts: Facts) -> Planned | None:
    """On the first NVIDIA card that has room and computes with 16 bits; None where there is none, or what
    is free of it is not known.
    """
    run = replace(run, number_bytes=cost.HALF_BYTES, on_gpu=True)
    needed = cost.memory_mib(run)
    for card in (facts.get(Gpus) or Gpus()).gpus:
        able = card.vendor == "nvidia" and card.usable and not card.mig
        new = numbers(card.compute_capability) >= LEAST_CAPABILITY
        if able and new and card.free_mib and card.free_mib > needed:
            return Planned(run, needed, card.free_mib)
    return None


def _in_main_memory(run: Run, free: float | None) -> Planned | None:
    """With smaller batches, and values computed twice, where that makes it fit; None where nothing does."""
    for one in (run, _alone(run), replace(_alone(run), recompute=True)):
        needed = cost.memory_mib(one)
        if not free or needed <= free:
            return Planned(one, needed, free)
    return None


def _alone(run: Run) -> Run:
    """One example at a time, as many in all before the adapter is changed."""
    size = run.size
    return replace(run, size=replace(size, batch=1, accumulation=size.batch * size.accumulation))


def _least_mib(run: Run) -> float:
    return cost.memory_mib(replace(_alone(run), recompute=True))


def words(setup: SetUp, trainer: Trainer, planned: Planned, held_back: int, name: str) -> PlanText:
    """The plan, ready to be told."""
    recipe, system = trainer.recipe, trainer.system
    is_here = trainer.is_installed()
    return PlanText(
        model=setup.model,
        run=planned.run,
        held_back=held_back,
        memory_mib=planned.memory_mib,
        free_mib=planned.free_mib,
        licence=setup.licence.name or setup.licence.id,
        folder=str(adapters.folder(name)),
        trainer_folder=str(trainer.folder),
        download_bytes=0 if is_here else recipe.download_bytes.get(system, 0),
        installed_bytes=recipe.installed_bytes.get(system, 0),
    )
