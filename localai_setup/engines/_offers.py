"""facts → for every build of an engine: the GPUs it can use here, or the reason it cannot run."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ..model.engine import BuildRecipe, EngineRecipe, Refusal
from ..model.facts import Facts
from ..probes.gpus import Gpu, Gpus
from . import _graphics, _kernels, _libraries, _needs

#: What is tried first on each vendor's GPUs. Windows has AMD's Vulkan in every driver, its ROCm not.
ORDER = ("cuda", "metal", "rocm", "vulkan", "sycl", "cpu")
ORDER_ON_WINDOWS = ("cuda", "metal", "vulkan", "rocm", "sycl", "cpu")


@dataclass(frozen=True)
class Offer:
    """A build that runs here with these GPUs (none for the processor), or what speaks against it."""

    build: BuildRecipe
    gpus: tuple[Gpu, ...] = ()
    refusal: Refusal | None = None


def offers(engine: EngineRecipe, facts: Facts) -> tuple[Offer, ...]:
    """Every build, the usable ones first, in the order in which they are to be preferred."""
    made = [_offer(engine, build, facts) for build in engine.builds]
    return tuple(sorted(made, key=lambda one: (one.refusal is not None, _rank(one.build, facts))))


def _rank(build: BuildRecipe, facts: Facts) -> tuple[int, bool]:
    """By what computes, and on the processor those with better kernels for it first."""
    order = ORDER_ON_WINDOWS if "Windows" in build.systems else ORDER
    return order.index(build.backend), not _kernels.has_newer(build, facts)


def _offer(engine: EngineRecipe, build: BuildRecipe, facts: Facts) -> Offer:
    refusal = _needs.refuses(build, facts)
    refusal = refusal or _libraries.refuses(engine.replacements, build, facts)
    if refusal or build.backend == "cpu":
        return Offer(build, (), refusal)
    gpus = (facts.get(Gpus) or Gpus()).gpus
    if not gpus:
        return Offer(build, (), Refusal("lacking", "no GPU was found"))
    usable = tuple(gpu for gpu in gpus if _graphics.refuses(build, gpu, facts) is None)
    return Offer(build, _together(usable), None if usable else _why_none(build, gpus, facts))


def _together(gpus: tuple[Gpu, ...]) -> tuple[Gpu, ...]:
    """What one process of llama.cpp takes: of slices one, and graphics inside the processor only
    where there is no card.
    """
    cards = tuple(gpu for gpu in gpus if not gpu.integrated)
    if any(gpu.mig for gpu in cards):
        return cards[:1]
    return cards or gpus[:1]


def _why_none(build: BuildRecipe, gpus: Iterable[Gpu], facts: Facts) -> Refusal:
    """The reason of the GPU that came nearest: of the vendor the build is for, where there is one."""
    working = sorted(gpus, key=lambda gpu: gpu.usable is False)
    refusals = [one for gpu in working if (one := _graphics.refuses(build, gpu, facts))]
    return next((one for one in refusals if one.kind != "for-another"), refusals[0])
