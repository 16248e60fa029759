"""Machines that could hold one model together: what computes on each, with one build on all of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .. import engines
from ..engines._engine import Engine
from ..fit import processor
from ..fit.speed import Chip, Cores
from ..model.engine import BuildRecipe
from ..model.facts import Facts
from ..model.recipe import Recipes
from . import _room
from ._routes import Route, routes


@dataclass(frozen=True)
class Member:
    """A machine by its name. `round_trip_ms` None: not known, or this computer (`is_here`)."""

    name: str
    facts: Facts
    round_trip_ms: float | None = None
    is_here: bool = False


@dataclass(frozen=True)
class Place:
    """What of a machine computes: each of its GPUs, or its processor (then there are no `chips`).

    `rooms_mib` is what a model may fill on each; `host_mib` of main memory.
    """

    member: Member
    build: BuildRecipe
    computes: str
    rooms_mib: tuple[float, ...]
    cores: Cores
    host_mib: float
    chips: tuple[Chip, ...] = ()
    in_main_memory: bool = False

    @property
    def mib(self) -> float:
        return sum(self.rooms_mib)


def team(members: Sequence[Member], recipes: Recipes) -> tuple[Place, ...]:
    """The place of each with the build number that gives most room, the newest of those; empty where no
    number runs on all.
    """
    made = [_with_number(members, number, recipes) for number in _numbers(recipes)]
    return max((one for one in made if one), key=lambda one: sum(x.mib for x in one), default=())


def _numbers(recipes: Recipes) -> list[int]:
    """Of all builds that can work together, the newest first."""
    found = {
        build.number for kind, id_ in _engines(recipes) for build in recipes.engines[id_].builds
        if kind.abilities(build).pools
    }  # fmt: skip
    return sorted(found, reverse=True)


def _engines(recipes: Recipes) -> Iterator[tuple[Engine, str]]:
    return ((kind, id_) for id_, kind in engines.known().items() if id_ in recipes.engines)


def _with_number(members: Sequence[Member], number: int, recipes: Recipes) -> tuple[Place, ...]:
    """Empty where one of them has no such build."""
    places = [_place(one, number, recipes) for one in members]
    return tuple(one for one in places if one) if all(places) else ()


def _place(member: Member, number: int, recipes: Recipes) -> Place | None:
    found = [
        route
        for kind, id_ in _engines(recipes)
        for route in routes(kind, [
            one for one in kind.builds(recipes.engines[id_], member.facts)
            if one.build.number == number and kind.abilities(one.build).pools
        ], member.facts)
    ]  # fmt: skip
    host = max(0.0, _room.host(member.facts).mib or 0.0)
    with_gpus = [one for one in found if one.gpus]
    # what lends its memory lends that of all its GPUs, and of the processor only where it has none
    if with_gpus:
        return _on_gpus(member, max(with_gpus, key=lambda one: sum(one.rooms_mib)), host)
    alone = next((one for one in found if not one.gpus), None)
    cores = processor.cores(member.facts)
    words = f"{cores.threads} processor cores"
    return Place(member, alone.build, words, (host,), cores, host) if alone else None


def _on_gpus(member: Member, route: Route, host: float) -> Place:
    shared = route.in_main_memory
    rooms = tuple(min(one, host) if shared else one for one in route.rooms_mib)
    cores = processor.cores(member.facts)
    return Place(member, route.build, route.names, rooms, cores, host, route.chips, shared)
