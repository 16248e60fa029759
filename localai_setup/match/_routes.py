"""The ways a model can be computed here: a build with the GPUs it uses, or the processor alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from ..engines import _graphics, _needs
from ..engines._engine import Engine
from ..engines._offers import Offer
from ..fit.families import family
from ..fit.speed import Chip
from ..model.engine import BuildRecipe
from ..model.facts import Facts
from ..model.versions import numbers
from ..probes.gpus import Gpu, Gpus
from . import _room

#: ggml takes no more devices than this
MOST_GPUS = 16
#: GB/s where nobody knows: the least of cards, of those with at most 2 GiB (many have DDR3: a Radeon R7 240
#: 28.8), and of processors' own graphics
UNKNOWN_CARD_GBPS, UNKNOWN_SMALL_CARD_GBPS, UNKNOWN_SHARED_GBPS = 80.0, 28.8, 38.4
SMALL_CARD_MIB = 2048
#: How many times as fast as that it may be: as the middle one of cards of up to 8 GB
UNKNOWN_FASTER = 3.0


#: backends as people call them
BACKENDS = {"cuda": "CUDA", "rocm": "ROCm", "vulkan": "Vulkan", "metal": "Metal", "sycl": "SYCL"}


@dataclass(frozen=True)
class Route:
    """`rooms_mib` is what a model may fill on each GPU; none for the processor alone.

    `idle` says why a usable GPU is not used by this build, empty where none is idle.
    """

    build: BuildRecipe
    engine: Engine
    gpus: tuple[Gpu, ...] = ()
    rooms_mib: tuple[float, ...] = ()
    chips: tuple[Chip, ...] = ()
    idle: str = ""
    #: what a better build for these GPUs lacks, empty where this is the best
    better: str = ""
    #: the driver that would let CUDA run, in a sentence; empty where it runs or needs more than that
    update: str = ""
    #: the number of the one GPU of several that this route takes, as in `ServerSettings`
    only_gpu: int | None = None

    @property
    def in_main_memory(self) -> bool:
        return any(_room.shares_main_memory(one) for one in self.gpus)

    @property
    def split(self) -> tuple[float, ...]:
        """How several GPUs share a model: by their room, the largest as 1. Empty for one or none."""
        rooms = self.rooms_mib
        return tuple(round(one / max(rooms), 3) for one in rooms) if len(rooms) > 1 else ()

    @property
    def names(self) -> str:
        """`NVIDIA GeForce RTX 3090` or `2 x NVIDIA GeForce RTX 3090`."""
        first = name(self.gpus[0])
        return f"{len(self.gpus)} x {first}" if len(self.gpus) > 1 else first


#: vendors as they write themselves
VENDORS = {"amd": "AMD", "intel": "Intel", "nvidia": "NVIDIA", "apple": "Apple"}


def name(gpu: Gpu) -> str:
    """What a person calls it."""
    return gpu.name or f"{VENDORS.get(gpu.vendor, gpu.vendor)} GPU"


@dataclass(frozen=True)
class _Seen:
    """What the routes of one engine are made of: its offers, and the GPUs that work."""

    engine: Engine
    offers: list[Offer]
    usable: list[Gpu]


def routes(engine: Engine, found: Iterable[Offer], facts: Facts) -> tuple[Route, ...]:
    """One route for each set of GPUs, by its best build, and the processor last."""
    offers = list(found)
    usable = [gpu for gpu in (facts.get(Gpus) or Gpus()).gpus if gpu.usable is not False]
    seen = _Seen(engine, offers, usable)
    made: dict[tuple[int, ...], Route] = {}
    for offer in offers:
        gpus = _with_memory(offer) if offer.refusal is None else ()
        key = tuple(map(id, gpus))
        if gpus and key not in made:
            made[key] = _on_gpus(offer.build, gpus, seen)
            alone = _alone(offer.build, gpus, seen)
            if alone:
                made[tuple(map(id, alone.gpus))] = alone
    processor = next((o.build for o in offers if o.refusal is None and not o.gpus), None)
    if processor:
        # why the processor alone computes where GPUs could is told of each model: see `_words.idle`
        idle = "" if made else _why_none(offers, usable) or _not_looked_for(facts)
        made[()] = Route(processor, engine, idle=idle)
    update = _update(offers, usable, facts)
    return tuple(replace(one, update=update) if _falls_back(one) else one for one in made.values())


def _falls_back(route: Route) -> bool:
    """Whether CUDA would be better than this build for the GPUs, or for those it leaves idle."""
    return route.build.backend in ("vulkan", "cpu")


def _update(offers: list[Offer], usable: list[Gpu], facts: Facts) -> str:
    """Which driver is the least that a build with CUDA needs here."""
    if any(one.build.backend == "cuda" and one.refusal is None for one in offers):
        return ""
    able = [one.build for one in offers if _needs.refuses(one.build, facts) is None]
    lacking = [
        (numbers(version), version, gpu)
        for gpu in usable
        for build in able
        if (version := _graphics.newer_driver(build, gpu, facts))
    ]
    if not lacking:
        return ""
    _, version, gpu = min(lacking, key=lambda one: one[0])
    return f"CUDA needs driver {version} or newer, and the one of {name(gpu)} is {gpu.driver}"


def _with_memory(offer: Offer) -> tuple[Gpu, ...]:
    known = [gpu for gpu in offer.gpus if (_room.gpu(gpu) or 0) > 0]
    return tuple(
        sorted(known, key=lambda gpu: (-(_room.gpu(gpu) or 0), gpu.used_mib or 0))[:MOST_GPUS]
    )


def _on_gpus(build: BuildRecipe, gpus: tuple[Gpu, ...], seen: _Seen) -> Route:
    rooms = tuple(_room.gpu(gpu) or 0.0 for gpu in gpus)
    chips = tuple(_chip(gpu, build) for gpu in gpus)
    left = [gpu for gpu in seen.usable if not any(gpu is one for one in gpus)]
    fallback = build.backend == "vulkan" and gpus[0].vendor in ("nvidia", "amd")
    better = [
        f"Not {kind}: {why}." for kind, why in refusals(seen.offers) if kind in ("CUDA", "ROCm")
    ]
    idle, words = _why_idle(gpus, left), " ".join(better) if fallback else ""
    return Route(build, seen.engine, gpus, rooms, chips, idle, words)


def _alone(build: BuildRecipe, gpus: tuple[Gpu, ...], seen: _Seen) -> Route | None:
    """The card with the most room by itself: another one costs memory, and what fits on one card is no
    faster on two. Only CUDA lets us say which; other builds take any of cards that are alike.
    """
    alike = len({(gpu.name, gpu.memory_mib) for gpu in gpus}) == 1
    if len(gpus) == 1 or not (alike or build.backend == "cuda"):
        return None
    if not seen.engine.abilities(build).places_layers:
        return None
    numbered = [gpu for gpu in seen.usable if gpu.vendor == gpus[0].vendor]
    place = next(at for at, gpu in enumerate(numbered) if gpu is gpus[0])
    found = _on_gpus(build, gpus[:1], seen)
    return replace(found, only_gpu=place, idle=_one_is_enough(len(gpus)))


def _one_is_enough(gpus: int) -> str:
    """`_weights.MORE_CARDS` outweighs what a finer file over several would add: Q8_0 loses 0.3 % less than Q6_K."""
    return (
        f"1 of {gpus} GPUs is used: the model fits on it, more would make it no faster, "
        "and a finer file over several would hardly answer better."
    )


def _chip(gpu: Gpu, build: BuildRecipe) -> Chip:
    target = gpu.compute_capability or gpu.gfx
    system = build.systems[0] if len(build.systems) == 1 else ""
    kind = family(gpu.vendor, build.backend, gpu.name or "", target, system)
    if gpu.bandwidth_gbs:
        return Chip(name(gpu), kind, gpu.bandwidth_gbs, *gpu.bandwidth_strays)
    return Chip(name(gpu), kind, _least_gbps(gpu), faster=UNKNOWN_FASTER)


def _least_gbps(gpu: Gpu) -> float:
    """What a GPU of which nobody knows it reads at the least."""
    if _room.shares_main_memory(gpu):
        return UNKNOWN_SHARED_GBPS
    is_small = (gpu.memory_mib or 0) <= SMALL_CARD_MIB
    return UNKNOWN_SMALL_CARD_GBPS if is_small else UNKNOWN_CARD_GBPS


def _why_idle(gpus: tuple[Gpu, ...], left: list[Gpu]) -> str:
    """Why others are idle while these compute."""
    if not left:
        return ""
    if gpus[0].mig:
        return f"{name(left[0])} stays idle: one program sees one slice of a card."
    if len(gpus) == MOST_GPUS:
        return f"{name(left[0])} stays idle: a server takes {MOST_GPUS} GPUs at most."
    if left[0].integrated:
        return f"{name(left[0])} stays idle: beside a card it would only slow it down."
    return f"{name(left[0])} stays idle: this build of the engine cannot use it."


def _why_none(offers: list[Offer], usable: list[Gpu]) -> str:
    """Why no build can use any GPU."""
    if not usable:
        return ""
    best = next((gpu for gpu in usable if not gpu.integrated), usable[0])
    if any(offer.refusal is None and offer.gpus for offer in offers):
        unknown = "how much memory it has is not known"
        known = any(gpu.memory_mib for gpu in usable)
        why = "what other programs leave of its memory is too little" if known else unknown
        return f"{name(best)} stays idle: {why}."
    reasons = "; ".join(f"{build}: {reason}" for build, reason in refusals(offers)[:3])
    return f"{name(best)} stays idle. {reasons or 'No build of the engine is for it'}."


def _not_looked_for(facts: Facts) -> str:
    """A recording of the processor alone tells nothing of GPUs. Where they were asked for, "" says that there
    is none.
    """
    seen = facts.get(Gpus) or Gpus()
    why = next((one.reason for one in seen.unknown if one.kind == "not-recorded"), None)
    return f"Whether there is a GPU is not known: {why}." if why and not seen.gpus else ""


def refusals(offers: Iterable[Offer]) -> list[tuple[str, str]]:
    """What each kind of GPU build that is for this machine's GPUs says against them."""
    kinds: dict[str, str] = {}
    for one in offers:
        if one.refusal and one.build.backend != "cpu" and one.refusal.kind != "for-another":
            kinds.setdefault(BACKENDS[one.build.backend], one.refusal.words)
    return list(kinds.items())
