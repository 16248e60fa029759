"""What a model that is set up already may fill, and what computes it, for another plan of the same place."""

from __future__ import annotations

from dataclasses import dataclass

from .. import engines
from ..fit.speed import Chip
from ..model.estimate import MemoryEstimate
from ..model.facts import Facts
from ..model.recipe import Recipes
from ..model.settings import ServerSettings
from . import _room
from ._routes import Route, routes


@dataclass(frozen=True)
class Room:
    """Main memory in MiB (None: not known), that of each GPU that is used, and those GPUs' speed."""

    host_mib: float | None
    gpus_mib: tuple[float, ...] = ()
    chips: tuple[Chip, ...] = ()
    in_main_memory: bool = False

    @property
    def mib(self) -> float | None:
        """What the model's place can give altogether; None: not known."""
        if self.gpus_mib and not self.in_main_memory:
            return sum(self.gpus_mib)
        return self.host_mib

    def short_mib(self, memory: MemoryEstimate, settings: ServerSettings) -> float:
        """What lacks where it is tightest; 0 or less where it fits. What is not known holds nothing."""
        short = [need - room for need, room in zip(memory.gpus_mib, self.gpus_mib, strict=False)]
        if settings.gpu_layers and len(short) < len(memory.gpus_mib):
            return float("inf")
        needed = memory.host_mib + memory.process_overhead_mib + settings.prompt_cache_mib
        if settings.gpu_layers and self.in_main_memory:
            needed += memory.gpu_mib
        return max([*short, needed - (self.host_mib or 0.0)])


def room(facts: Facts, recipes: Recipes, engine: str, build: str, settings: ServerSettings) -> Room:
    """For the place of a model that is set up with this build and these settings."""
    host = _room.host(facts).mib
    if settings.gpu_layers == 0:
        return Room(host)
    kind, recipe = engines.get(engine), recipes.engines.get(engine)
    offers = kind.builds(recipe, facts) if recipe else ()
    found = [
        one for one in routes(kind, offers, facts) if one.gpus and one.only_gpu == settings.only_gpu
    ]
    route = next((one for one in found if one.build.id == build), None) or next(iter(found), None)
    return _on_gpus(host, route) if route else Room(host)


def _on_gpus(host: float | None, route: Route) -> Room:
    return Room(host, route.rooms_mib, route.chips, route.in_main_memory)
