"""What a placed model is worth for a use: quality first, all else in small shares of it."""

from __future__ import annotations

import math
from dataclasses import dataclass

from ..model.estimate import SpeedEstimate
from ..model.recipe import UseRecipe
from . import _quality
from ._candidate import Candidate
from ._pace import Pace
from ._placing import SMALL_CACHE

#: Comfortable is this many times the least speed worth having; a halving below it costs this share.
COMFORT, SLOW_SHARE = 3.0, 0.12
#: Each doubling above comfortable adds this share, at most two of them.
FAST_SHARE = 0.01
#: half the context that the use needs; a doubling of it
SHORT_SHARE, LONG_SHARE = 0.06, 0.01
SMALL_CACHE_SHARE = 0.01
#: Layers, or experts alone, beside the GPU: more of the memory is a guess, and prompts take longer.
PARTLY_SHARE, EXPERTS_SHARE = 0.06, 0.03
#: All of it on GPUs: prompts are read many times faster, and the processor stays free.
ON_GPU_SHARE = 0.02
#: Each card after the first, where one would do: it costs memory and makes nothing faster.
MORE_CARDS_SHARE = 0.01
#: all of the room left free for other programs; each 10 GB to fetch
HEADROOM_SHARE, FETCH_SHARE = 0.02, 0.005
#: a licence that has to be accepted, and one that forbids commercial use
ACCEPT_SHARE, NO_COMMERCE_SHARE = 0.03, 0.05
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
        speed_share(tps, use.min_tps)
        + _context_share(one, context)
        + HEADROOM_SHARE * one.free_share
        - FETCH_SHARE * one.subject.download_bytes / (10 * GB)
        - _licence_share(one)
        - _split_share(one)
    )
    return Scored(one, speed, quality, quality * (1 + share))


def speed_share(tps: float, least_tps: float) -> float:
    """What a speed adds or takes, as a share of the quality."""
    doublings = math.log2(max(tps, 0.01) / (COMFORT * least_tps))
    return SLOW_SHARE * doublings if doublings < 0 else FAST_SHARE * min(2.0, doublings)


def _context_share(one: Candidate, asked: int) -> float:
    doublings = math.log2(one.settings.context / min(asked, one.subject.model.context_length))
    small = SMALL_CACHE_SHARE if one.settings.kv_type_k == SMALL_CACHE else 0.0
    return (SHORT_SHARE if doublings < 0 else LONG_SHARE) * doublings - small


def _split_share(one: Candidate) -> float:
    """What lying beside a GPU, and not all on it, takes."""
    if one.settings.cpu_expert_layers:
        return EXPERTS_SHARE
    if one.on_gpu == 1:
        return MORE_CARDS_SHARE * (len(one.route.gpus) - 1) - ON_GPU_SHARE
    return PARTLY_SHARE if one.on_gpu else 0.0


def _licence_share(one: Candidate) -> float:
    licence = one.subject.model.licence
    asks = ACCEPT_SHARE if licence.needs_acceptance else 0.0
    return asks + (NO_COMMERCE_SHARE if licence.commercial == "no" else 0.0)
