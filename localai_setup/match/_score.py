"""What a placed model is worth for a use: quality first, all else in small shares of it."""

from __future__ import annotations

import math
from dataclasses import dataclass

from ..model.estimate import SpeedEstimate
from ..model.recipe import UseRecipe
from . import _quality, _weights
from ._candidate import Candidate
from ._pace import Pace
from ._placing import SMALL_CACHE

GB = 1e9


@dataclass(frozen=True)
class Scored:
    """`worth` orders the candidates; it is in points of the quality index."""

    candidate: Candidate
    speed: SpeedEstimate
    quality: float
    score: float

    @property
    def tps(self) -> float:
        """The speed that counts: of writing, and where text becomes vectors of reading."""
        reads = self.candidate.settings.embeddings
        return (self.speed.prompt_tps or 0.0) if reads else self.speed.generate_tps

    @property
    def key(self) -> tuple[float, int, str, str]:
        """Best first, and the same order for the same machine always."""
        one = self.candidate
        return (
            -round(self.score, 6),
            one.subject.download_bytes,
            one.subject.file.file,
            repr(one.settings),
        )


def scored(one: Candidate, use: UseRecipe, pace: Pace, context: int) -> Scored:
    """The candidate's worth; `context` is what was asked for, in tokens."""
    speed = pace.of(one)
    file = one.subject.file
    quality = one.subject.quality * (1 - _quality.loss(file.quantization, file.file))
    tps = Scored(one, speed, quality, 0.0).tps
    share = (
        speed_share(tps, use)
        + _context_share(one, context)
        + _weights.HEADROOM * one.free_share
        - _weights.FETCH * one.subject.download_bytes / (10 * GB)
        - _licence_share(one)
        - _split_share(one)
    )
    return Scored(one, speed, quality, quality * (1 + share))


def speed_share(tps: float, use: UseRecipe) -> float:
    """What a speed adds or takes, as a share of the quality."""
    doublings = math.log2(max(tps, 0.01) / use.comfortable_tps)
    return (
        _weights.SLOW * doublings
        if doublings < 0
        else _weights.FAST * min(_weights.MOST_DOUBLINGS, doublings)
    )


def _context_share(one: Candidate, asked: int) -> float:
    doublings = math.log2(one.settings.context / min(asked, one.subject.model.context_length))
    small = _weights.SMALL_CACHE if one.settings.kv_type_k == SMALL_CACHE else 0.0
    return (_weights.SHORT if doublings < 0 else _weights.LONG) * doublings - small


def _split_share(one: Candidate) -> float:
    """What lying beside a GPU, and not all on it, takes."""
    if one.settings.cpu_expert_layers:
        return _weights.EXPERTS
    if one.on_gpu == 1:
        return _weights.MORE_CARDS * (len(one.route.gpus) - 1) - _weights.ON_GPU
    return _weights.PARTLY if one.on_gpu else 0.0


def _licence_share(one: Candidate) -> float:
    licence = one.subject.model.licence
    asks = _weights.ACCEPT if licence.needs_acceptance else 0.0
    return asks + (_weights.NO_COMMERCE if licence.commercial == "no" else 0.0)
