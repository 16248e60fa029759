"""One model file, placed on one route: its settings, memory and speed."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..fit import companion
from ..fit.copies import with_copies
from ..fit.drafter import Drafter
from ..fit.memory import MIB, estimate
from ..fit.shape import Shape
from ..fit.speed import Cores, speed
from ..model.estimate import MemoryEstimate, SpeedEstimate
from ..model.files import ModelFile
from ..model.recipe import ModelRecipe
from ..model.settings import ServerSettings
from . import _room
from ._routes import Route

#: What encoding one picture takes beside the projector's weights; not measured, a cautious bound.
PICTURE_MIB = 512.0


@dataclass(frozen=True)
class Subject:
    """A model file that may be chosen. `projector` goes with it where pictures are understood, `drafter`
    where one guesses from a file of its own.
    """

    model: ModelRecipe
    file: ModelFile
    shape: Shape
    quality: float
    projector: ModelFile | None = None
    drafter: Drafter | None = None

    @property
    def layers(self) -> int:
        """As llama.cpp counts them for -ngl: prediction heads are among them, the output is one more."""
        return len(self.shape.layers) + self.shape.heads + 1

    @property
    def has_experts(self) -> bool:
        return self.shape.get("expert_count") > 0

    @property
    def download_bytes(self) -> int:
        return self.file.all_bytes + (self.projector.bytes if self.projector else 0)


@dataclass(frozen=True)
class Candidate:
    """A subject with a place. `short_mib` is what lacks, 0 where it fits."""

    subject: Subject
    route: Route
    settings: ServerSettings
    memory: MemoryEstimate
    short_mib: float

    @property
    def fits(self) -> bool:
        return self.short_mib <= 0

    @property
    def free_share(self) -> float:
        """The share of the room, where it is tightest, that stays free."""
        free = max(0.0, -self.short_mib)
        return free / (free + self.memory.total_mib)

    @property
    def on_gpu(self) -> float:
        """The share of its layers that GPUs compute."""
        return min(1.0, self.settings.gpu_layers / self.subject.layers)

    @property
    def gpus_hold(self) -> bool:
        """Whether every GPU has room for its part, whatever main memory says."""
        needs = zip(self.memory.gpus_mib, self.route.rooms_mib, strict=False)
        return all(need <= room for need, room in needs)

    def speed(self, cores: Cores) -> SpeedEstimate:
        plain = speed(self.subject.shape, self.settings, cores, self.route.chips)
        drafter = self.subject.drafter
        return companion.faster(plain, self.settings, drafter, cores, self.route.chips)


def candidate(
    subject: Subject, route: Route, host: _room.Host, settings: ServerSettings
) -> Candidate:
    """The subject with these settings on this route, fitting or not."""
    plain = with_copies(estimate(subject.shape, settings), subject.shape, settings)
    memory = replace(
        companion.with_drafter(plain, subject.drafter, settings),
        prompt_cache_mib=float(settings.prompt_cache_mib),
    )
    memory = route.engine.memory(memory, settings)
    if subject.projector:
        memory = _with_pictures(memory, subject.projector.bytes / MIB, settings.gpu_layers > 0)
    return Candidate(subject, route, settings, memory, _short_mib(memory, route, host, settings))


def _with_pictures(memory: MemoryEstimate, weights_mib: float, on_gpu: bool) -> MemoryEstimate:
    """The projector lies on the first GPU, or in main memory where there is none."""
    more = weights_mib + PICTURE_MIB
    parts = replace(
        memory.parts,
        weights=memory.parts.weights + weights_mib,
        compute=memory.parts.compute + PICTURE_MIB,
    )
    gpus = (memory.gpus_mib[0] + more, *memory.gpus_mib[1:]) if on_gpu else memory.gpus_mib
    return replace(
        memory,
        total_mib=memory.total_mib + more,
        gpu_mib=memory.gpu_mib + (more if on_gpu else 0),
        host_mib=memory.host_mib + (0 if on_gpu else more),
        parts=parts,
        gpus_mib=gpus,
        exact=False,
    )


def _short_mib(
    memory: MemoryEstimate, route: Route, host: _room.Host, settings: ServerSettings
) -> float:
    """What lacks on the fullest GPU or in main memory."""
    on_gpus = settings.gpu_layers > 0
    short = [need - room for need, room in zip(memory.gpus_mib, route.rooms_mib, strict=False)]
    needed = memory.host_mib + memory.process_overhead_mib + memory.prompt_cache_mib
    if on_gpus and route.in_main_memory:
        needed += memory.gpu_mib
    room = host.mib
    if room is None and on_gpus:
        shared = _room.UNKNOWN_SHARED_SHARE * sum(route.rooms_mib)
        room = shared if route.in_main_memory else _room.UNKNOWN_HOST_MIB
    return float(max([*(short if on_gpus else ()), needed - (room or 0.0)]))
