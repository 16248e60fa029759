"""What a training on this machine would be, and why there can be none."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..machine.tuning import adapters
from ..machine.tuning.trainer import Trainer
from ..model.errors import Exit, LocalaiError
from ..model.facts import Facts
from ..model.setup import SetUp
from ..model.sizes import mib_words
from ..model.tuning import TuningRecipe
from ..model.versions import numbers
from ..probes.cpu import Cpu
from ..probes.gpus import Gpus
from ..probes.memory import Memory
from ..tuning import cost
from ..tuning.base import Base
from ..tuning.cost import Run
from ..ui.tunetext import PlanText
from ._options import Options
from ._taught import Taught

#: Instructions that compute with 16 bits; without them 32 are faster and take twice the memory.
HALF_FEATURES = frozenset({"amx_bf16", "avx512_bf16"})
#: Older NVIDIA cards do not compute with bfloat16.
LEAST_CAPABILITY = (8, 0)


@dataclass(frozen=True)
class Planned:
    """The training, the memory that it takes, and what is free; in MiB, None where that is not known."""

    run: Run
    memory_mib: float
    free_mib: float | None


def base(setup: SetUp, recipe: TuningRecipe, found: Base) -> Base:
    """The model of the set-up as something that can be trained.

    Raises:
        LocalaiError: it cannot; says why, and what could be.

    """
    why = _why_not(setup, recipe, found)
    if why:
        raise LocalaiError(
            f"{setup.model} cannot be taught here: {why}.",
            "What is set up goes on working as it is.",
            "`localai recipes explain lora` lists what can be trained; `localai switch ID` takes "
            "another model.",
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


def plan(
    options: Options, setup: SetUp, recipe: TuningRecipe, model: Base, found: Taught
) -> Planned:
    """The settings for this model and these examples, and whether they fit.

    Raises:
        LocalaiError: the memory that is free does not do.

    """
    facts = options.facts()
    size = recipe.size_for(model.values)
    assert size, "`base` was asked before"
    run = Run(model, size, len(found.train), found.longest, _number_bytes(facts))
    on_card = _on_card(run, facts)
    if on_card:
        return on_card
    return _in_main_memory(run, (facts.get(Memory) or Memory()).available_mib, setup.model)


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


def _in_main_memory(run: Run, free: float | None, model: str) -> Planned:
    """With smaller batches, and values computed twice, where that makes it fit. Raises as `plan`."""
    size = run.size
    if free and cost.memory_mib(run) > free:
        run = replace(run, size=replace(size, batch=1, accumulation=size.batch * size.accumulation))
    if free and cost.memory_mib(run) > free:
        run = replace(run, recompute=True)
    needed = cost.memory_mib(run)
    if free and needed > free:
        raise LocalaiError(
            f"Teaching {model} takes about {mib_words(needed)} of memory, and {mib_words(free)} "
            "are free.",
            "A computer that runs out of memory becomes very slow, or ends programs.",
            "Close other programs, or take a smaller model: `localai switch`.",
            Exit.NOTHING_FITS,
        )
    return Planned(run, needed, free)


def _number_bytes(facts: Facts) -> int:
    features = (facts.get(Cpu) or Cpu()).features or ()
    return cost.HALF_BYTES if HALF_FEATURES & set(features) else cost.FULL_BYTES


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
