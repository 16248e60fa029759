"""A model laid over several machines: layers by the room of each, where everything then fits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from ..fit import layout, pooled
from ..fit.memory import estimate
from ..fit.speed import Chip
from ..model.estimate import MemoryEstimate, SpeedEstimate
from ..model.settings import ServerSettings
from . import _quality
from ._candidate import Subject
from ._placing import LEAST_CONTEXT, SMALL_CACHE
from ._pool_team import Place


@dataclass(frozen=True)
class Laid:
    """A subject over `places`, the first of which is this computer. `needs_mib` is what each of them has to give,
    `layers` how many lie there, the output among them; `homes` has the same for each device (see `fit.layout`).
    """

    subject: Subject
    places: tuple[Place, ...]
    settings: ServerSettings
    memory: MemoryEstimate
    needs_mib: tuple[float, ...]
    layers: tuple[int, ...]
    homes: Counter[int]
    short_mib: float

    @cached_property
    def speed(self) -> SpeedEstimate:
        """Reckoned where somebody asks: of the many that are tried only those that fit are held against others."""
        return _speed(self.subject, self.places, self.settings, self.homes)

    @property
    def quality(self) -> float:
        """In points of the quality index, of this file."""
        file = self.subject.file
        return self.subject.quality * (1 - _quality.loss(file.quantization, file.file))

    @property
    def sent_bytes(self) -> int:
        """Weights that lie on other machines: all that is not here, by the share of the layers."""
        far = sum(self.layers[1:]) / max(1, sum(self.layers))
        return int(far * self.subject.file.all_bytes)


def smallest(subject: Subject, team: Sequence[Place], context: int) -> Laid:
    """Over this computer and as few others as hold it, those with the most room first; where even all do not, the
    one that lacks least.
    """
    here, *far = team
    far.sort(key=lambda one: -one.mib)
    nearest: Laid | None = None
    for count in range(1, len(far) + 1):
        for one in _ways(subject, (here, *far[:count]), context):
            if one.short_mib <= 0:
                return one
            if nearest is None or one.short_mib < nearest.short_mib:
                nearest = one
    assert nearest, "a pool has at least two machines"
    return nearest


def _ways(subject: Subject, places: tuple[Place, ...], context: int) -> Iterator[Laid]:
    """With the context that is asked for; with a smaller cache; with half the context."""
    asked = min(context, subject.model.context_length)
    yield _shared_out(subject, places, ServerSettings(asked))
    small = ServerSettings(asked, kv_type_k=SMALL_CACHE, kv_type_v=SMALL_CACHE)
    yield _shared_out(subject, places, small)
    if asked >= 2 * LEAST_CONTEXT:
        yield _shared_out(subject, places, replace(small, context=asked // 2))


def _shared_out(subject: Subject, places: tuple[Place, ...], plain: ServerSettings) -> Laid:
    """By room. A processor here holds what no other computes: the layers before those of `gpu_layers`."""
    here, *far = places
    rooms = [room for one in far for room in one.rooms_mib]
    rooms += here.rooms_mib if here.chips else ()
    most = max(rooms)
    # where nobody has room to speak of, all are as short of it
    split = tuple(round(one / most, 3) if most >= 1 else 1.0 for one in rooms)
    best: Laid | None = None
    for count in _far_layers(subject, here, sum(rooms)):
        tried = _laid(subject, places, replace(plain, gpu_layers=count, gpu_split=split))
        if best is None or tried.short_mib < best.short_mib:
            best = tried
        if best.short_mib <= 0:
            break
    assert best
    return best


def _far_layers(subject: Subject, here: Place, others_mib: float) -> Iterator[int]:
    """All, where a GPU here is one of those that share; else the share of the others, and around it."""
    if here.chips:
        yield subject.layers
        return
    middle = round(subject.layers * others_mib / max(1.0, others_mib + here.mib))
    order = sorted(range(1, subject.layers + 1), key=lambda one: (abs(one - middle), one))
    yield from order[: max(8, subject.layers // 4)]


@dataclass(frozen=True)
class _Device:
    """One of the devices that layers can lie on: of `places[at]`, its chip or (None) its processor."""

    at: int
    room_mib: float
    chip: Chip | None


def _devices(places: Sequence[Place]) -> list[_Device]:
    """In the order of llama.cpp: those of the far machines, then the GPUs here."""
    order = [*enumerate(places)][1:]
    if places[0].chips:
        order.append((0, places[0]))
    return [
        _Device(at, room, chip)
        for at, one in order
        for room, chip in zip(one.rooms_mib, one.chips or (None,), strict=False)
    ]


def _laid(subject: Subject, places: tuple[Place, ...], settings: ServerSettings) -> Laid:
    shape, here = subject.shape, places[0]
    memory = estimate(shape, settings)
    homes = Counter(layout.homes(settings, len(shape.layers) + shape.heads))
    host = memory.host_mib + memory.process_overhead_mib
    needs, layers = [0.0] * len(places), [0] * len(places)
    needs[0] = host if here.in_main_memory or not here.chips else 0.0
    layers[0], short = homes[0], host - here.host_mib
    for home, (one, mib) in enumerate(zip(_devices(places), memory.gpus_mib, strict=True), 1):
        short = max(short, mib - one.room_mib)
        layers[one.at] += homes[home]
        needs[one.at] += mib
    if here.in_main_memory:
        short = max(short, needs[0] - here.host_mib)
    return Laid(subject, places, settings, memory, tuple(needs), tuple(layers), homes, short)


def _speed(
    subject: Subject, places: Sequence[Place], settings: ServerSettings, homes: Counter[int]
) -> SpeedEstimate:
    """The processor here computes first, then each device."""
    total = sum(homes.values())
    order = [_Device(0, 0.0, None), *_devices(places)]
    stages = [
        pooled.Stage(homes[home] / total, places[one.at].cores, one.chip)
        for home, one in enumerate(order)
        if homes[home]
    ]
    trips = [one.member.round_trip_ms or 0.0 for one in places[1:]]
    return pooled.pooled(subject.shape, settings, stages, trips)
