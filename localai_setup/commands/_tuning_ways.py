"""The ways to train on this machine, the best first: on a graphics card, on Apple's chip, on the processor."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from ..model.facts import Facts
from ..model.tuning import TuningRecipe, TuningSize
from ..model.versions import numbers
from ..probes.cpu import Cpu
from ..probes.gpus import Gpu, Gpus
from ..probes.host import Host
from ..tuning import cost
from ..tuning.base import Base
from ..tuning.cost import Run, alone
from ._teachable import free_mib

PLAIN, FOUR_BITS, APPLE = "lora", "qlora", "mlx"
#: Older NVIDIA cards do not compute with bfloat16.
LEAST_CAPABILITY = (8, 0)

#: A recipe, the training by it, the memory in MiB that it takes, and what is free.
Way = tuple[TuningRecipe, Run, float, "float | None"]


@dataclass(frozen=True)
class Work:
    """What is to be trained with how many examples of up to `longest` tokens; `number_bytes` are those of a
    value on this processor.
    """

    base: Base
    examples: int
    longest: int
    number_bytes: int

    def run(self, size: TuningSize) -> Run:
        return Run(self.base, size, self.examples, self.longest, self.number_bytes)


def first(
    work: Work, facts: Facts, recipes: Mapping[str, TuningRecipe], python: tuple[int, ...] = ()
) -> Way | None:
    """The best way that fits; None where none does. `python` is this interpreter's version where empty."""
    python = python or sys.version_info[:2]
    return next(_ways(work, facts, recipes, python), None)


def _ways(
    work: Work, facts: Facts, recipes: Mapping[str, TuningRecipe], python: tuple[int, ...]
) -> Iterator[Way]:
    for card in _cards(facts):
        yield from _on_card(work, recipes[PLAIN], card, facts)
    for card in _cards(facts):
        yield from _on_card(work, recipes[FOUR_BITS], card, facts)
    if _has_apple(facts, recipes[APPLE], python):
        yield from _in_main_memory(
            replace(work, number_bytes=cost.HALF_BYTES), recipes[APPLE], facts
        )
    yield from _in_main_memory(work, recipes[PLAIN], facts)


def _cards(facts: Facts) -> Iterator[Gpu]:
    """NVIDIA's that can be used and compute with 16 bits, where their free memory is known."""
    for card in (facts.get(Gpus) or Gpus()).gpus:
        able = card.vendor == "nvidia" and card.usable and not card.mig
        if able and numbers(card.compute_capability) >= LEAST_CAPABILITY and card.free_mib:
            yield card


def _on_card(work: Work, recipe: TuningRecipe, card: Gpu, facts: Facts) -> Iterator[Way]:
    """Where the card has room for it, and main memory for the model on its way there. Weights of 4 bits
    are for models that do not fit otherwise, and save memory wherever they can.
    """
    size = _size(work, recipe)
    if size is None:
        return
    run = replace(work.run(size), number_bytes=cost.HALF_BYTES, on_gpu=True)
    if recipe.id == FOUR_BITS:
        run = replace(alone(run), four_bits=True, recompute=True)
    needed, free = cost.memory_mib(run), free_mib(facts)
    has_room = not free or cost.unpacked_mib(run) <= free
    if card.free_mib and needed < card.free_mib and has_room:
        yield recipe, run, needed, card.free_mib


def _has_apple(facts: Facts, recipe: TuningRecipe, python: tuple[int, ...]) -> bool:
    """Apple silicon itself, with a system and a Python that are new enough."""
    host, cpu = facts.get(Host) or Host(), facts.get(Cpu) or Cpu()
    silicon = host.system == "Darwin" and cpu.arch == "aarch64" and not host.translated
    new = numbers(host.version) >= recipe.oldest_system
    return silicon and new and python >= recipe.oldest_python


def _in_main_memory(work: Work, recipe: TuningRecipe, facts: Facts) -> Iterator[Way]:
    """With smaller batches, and values computed twice, where that makes it fit."""
    size = _size(work, recipe)
    free = free_mib(facts)
    if size is None:
        return
    run = work.run(size)
    for one in (run, alone(run), replace(alone(run), recompute=True)):
        needed = cost.memory_mib(one)
        if not free or needed <= free:
            yield recipe, one, needed, free
            return


def _size(work: Work, recipe: TuningRecipe) -> TuningSize | None:
    able = work.base.architecture in recipe.architectures
    return recipe.size_for(work.base.values) if able else None


def least_mib(work: Work, recipe: TuningRecipe) -> float:
    """The memory that it takes in main memory at the least, in MiB."""
    size = _size(work, recipe)
    assert size, "it was asked before whether it can be trained"
    return cost.memory_mib(replace(alone(work.run(size)), recompute=True))
