"""Which model files are worth placing, where there are many: told from sizes alone, in linear time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..fit.memory import MIB
from ..model.files import ModelFile
from ..model.recipe import ModelRecipe, UseRecipe
from . import _quality, _score
from ._room import UNKNOWN_HOST_MIB, Host
from ._routes import Route

#: As many are placed in full: the best by a rough worth, the smallest, the nearest that do not fit.
BEST, SMALLEST, NEAREST = 32, 8, 8
#: GB/s of main memory, for a rough speed.
ROUGH_GBPS = 25.0


@dataclass(frozen=True)
class Entry:
    """A model file before anything was computed for it."""

    model: ModelRecipe
    file: ModelFile
    quality: float
    projector: ModelFile | None = None


def shortlist(
    found: Sequence[Entry], use: UseRecipe, routes: Sequence[Route], host: Host
) -> list[Entry]:
    """All where there are few; else those that can matter, in their order."""
    if len(found) <= BEST:
        return list(found)
    cards = max((sum(one.rooms_mib) for one in routes), default=0.0)
    room = cards + (host.mib if host.mib is not None else UNKNOWN_HOST_MIB)
    gbps = max((chip.bandwidth_gbps for one in routes for chip in one.chips), default=ROUGH_GBPS)
    fitting = [one for one in found if one.file.all_bytes / MIB <= room]
    too_large = [one for one in found if one.file.all_bytes / MIB > room]
    best = sorted(fitting, key=lambda one: -_rough_score(one, use, gbps))[:BEST]
    small = sorted(fitting, key=lambda one: (one.file.all_bytes, one.model.id))[:SMALLEST]
    near = sorted(too_large, key=lambda one: (one.file.all_bytes, one.model.id))[:NEAREST]
    chosen = {id(one) for one in (*best, *small, *near)}
    return [one for one in found if id(one) in chosen]


def _rough_score(one: Entry, use: UseRecipe, gbps: float) -> float:
    shape = one.model.architecture
    active = (shape.active_parameters or shape.total_parameters) / shape.total_parameters
    tps = gbps * 1e9 / (one.file.all_bytes * active)
    loss = _quality.loss(one.file.quantization, one.file.file)
    return one.quality * (1 - loss) * (1 + _score.speed_share(tps, use))
