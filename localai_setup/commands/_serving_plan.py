"""What so many people need of this machine, and what it can carry."""

from __future__ import annotations

import os.path
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from ..fit import processor
from ..fit.copies import with_copies
from ..fit.memory import MIB, estimate
from ..fit.shape import Shape, shape
from ..fit.speed import Cores, corrected, speed
from ..fit.together import together
from ..machine.keeping.gguf_file import read_header
from ..machine.workbench import Workbench
from ..match import Room, room
from ..model.errors import LocalaiError
from ..model.estimate import MemoryEstimate, SpeedEstimate
from ..model.facts import Facts
from ..model.recipe import Recipes
from ..model.serving import AtOnce, ServePlan
from ..model.settings import ServerSettings
from ..model.setup import SetUp
from ..probes.measurements import Measurements
from ..server_start import start_of
from . import _memory_speed, _own_server, _serving_notes
from ._options import Options

#: One server answers so many at a time well; llama.cpp's own queue takes the others.
MOST_SLOTS = 16
#: Less holds no question with its answer.
LEAST_CONTEXT = 1024


@dataclass(frozen=True)
class Ground:
    """What a plan rests on: the set-up for one person, its model, and this machine."""

    setup: SetUp
    shape: Shape
    facts: Facts
    room: Room
    cores: Cores
    projector_mib: float
    replicas: int = 1

    def memory(self, settings: ServerSettings) -> MemoryEstimate:
        """Of the model, its cache and what it computes in, for each of the servers."""
        found = with_copies(estimate(self.shape, settings), self.shape, settings)
        times, more = self.replicas, self.projector_mib
        return replace(
            found,
            total_mib=times * (found.total_mib + more),
            host_mib=times * (found.host_mib + more),
            gpu_mib=times * found.gpu_mib,
            gpus_mib=tuple(times * one for one in found.gpus_mib),
            parts=replace(found.parts, kv=times * found.parts.kv),
            process_overhead_mib=times * found.process_overhead_mib,
        )

    def alone(self, settings: ServerSettings) -> SpeedEstimate:
        """For one: what was measured here, else the prediction."""
        predicted = speed(
            self.shape, settings.without_drafting(), self.cores, tuple(self.room.chips)
        )
        runs = (self.facts.get(Measurements) or Measurements()).runs
        measured = next((one.generate_tps for one in runs if one.undisturbed and
                         (one.model_sha256, one.build, one.gpu_layers, one.drafting)
                         == (self.setup.model_sha256, self.setup.build, settings.gpu_layers, "")),
                        None)  # fmt: skip
        if not measured:
            return predicted
        return corrected(predicted, measured, predicted.basis)


def ground(
    options: Options, setup: SetUp, recipes: Recipes, bench: Workbench, replicas: int
) -> Ground:
    """Raises LocalaiError where the model's file is gone."""
    path = Path(setup.model_path)
    if not os.path.isfile(path):
        raise LocalaiError(
            f"The model's file is gone: {path}.",
            "Nothing can be planned without it.",
            "`localai init --yes` repairs the set-up.",
        )
    facts = _memory_speed.measured(options.facts())
    facts = _own_server.memory_freed(facts, setup, bench)
    start = start_of(setup)
    sees = start.start.mmproj_path if start else ""
    projector = Path(sees).stat().st_size / MIB if sees else 0.0
    found = room(facts, recipes, setup.engine, setup.build, setup.settings)
    return Ground(
        setup, shape(read_header(path)), facts, found, processor.cores(facts), projector, replicas
    )


def settings_for(ground: Ground, users: int, context: int) -> ServerSettings:
    """The largest context for each of as many as possible that this machine holds; for one where it
    cannot hold two.

    Raises:
        LocalaiError: a context was asked for, and does not fit.

    """
    plain = ground.setup.settings.without_drafting()
    if plain.threads and ground.replicas > 1:
        plain = replace(plain, threads=max(1, plain.threads // ground.replicas))
    for settings in _ways(plain, -(-users // ground.replicas), context):
        if ground.room.short_mib(ground.memory(settings), settings) <= 0:
            return settings
    if context:
        raise LocalaiError(
            f"A context of {context} tokens for each of {min(users, MOST_SLOTS)} does not fit into memory.",
            hint=f"`localai serve --users {users}` takes the largest that fits.",
        )
    if ground.replicas > 1:
        raise LocalaiError(
            f"{ground.replicas} servers of {ground.setup.model} do not fit into memory.",
            "Each has the model for itself.",
            f"`localai serve --users {users}` plans one server with several places.",
        )
    return ground.setup.settings


def _ways(plain: ServerSettings, users: int, context: int) -> Iterator[ServerSettings]:
    """First every slot with the context of now, then with less, then with fewer slots."""
    most = min(users, MOST_SLOTS)
    for slots in (most,) if context or most == 1 else range(most, 1, -1):
        each = context or plain.context_each
        while True:
            yield replace(plain, slots=slots, context=slots * each, kv_unified=False)
            each //= 2
            if context or each < LEAST_CONTEXT:
                break


def plan(ground: Ground, settings: ServerSettings, users: int, min_tps: float) -> ServePlan:
    """What these settings bring."""
    memory, alone = ground.memory(settings), ground.alone(settings)
    places = settings.slots * ground.replicas
    speeds = [_at_once(ground, settings, alone, one) for one in range(1, places + 1)]
    made = ServePlan(
        model=ground.setup.model,
        users=users,
        slots=settings.slots,
        replicas=ground.replicas,
        context=settings.context_each,
        memory_mib=memory.total_mib,
        kv_mib=memory.parts.kv,
        room_mib=ground.room.mib,
        speeds=tuple(one for one in speeds if one.users in _shown(places)),
        min_tps=min_tps,
        comfortable=sum(one.tps >= min_tps for one in speeds),
    )
    return replace(made, notes=tuple(_serving_notes.notes(made, ground.setup, ground.facts)))


def _at_once(ground: Ground, settings: ServerSettings, alone: SpeedEstimate, users: int) -> AtOnce:
    """They are spread over the servers, which share this machine: what one of them reads from memory helps
    no other.
    """
    busy = min(users, ground.replicas)
    one = together(ground.shape, settings, alone, ground.cores, -(-users // ground.replicas))
    return AtOnce(users, one.generate_tps / busy, one.low / busy, one.high / busy)


def _shown(places: int) -> set[int]:
    """One, twice as many again and again, and all."""
    return {1, 2, 4, 8, 16, places}
