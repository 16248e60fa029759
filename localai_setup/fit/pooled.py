"""How fast a model is whose layers lie on several machines: they work one after the other.

A token passes through the layers of the first machine, then of the next. So its time is the sum of theirs, each
by its share of the layers, and more machines make nothing faster. Each machine beyond this one adds a round
trip over the network and what RPC itself takes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ..model.estimate import SpeedEstimate
from ..model.settings import ServerSettings
from .shape import Shape
from .speed import Chip, Cores, speed

#: ms of each token for each far machine beside the round trip: most, likely, least. From one measurement on two
#: busy cores (SmolLM2 135M, ggml-rpc-server v5.0.0 in a network namespace of the same machine): 13.9 ms alone, 20
#: to 29 over RPC; other work slowed both, so the least of it counts as likely.
RPC_MS = (15.0, 6.0, 1.0)


@dataclass(frozen=True)
class Stage:
    """A part of the layers (`share` of them, 0 to 1) and what computes it: a chip, or the cores without one."""

    share: float
    cores: Cores
    chip: Chip | None = None


def pooled(
    shape: Shape, settings: ServerSettings, stages: Sequence[Stage], round_trips_ms: Sequence[float]
) -> SpeedEstimate:
    """Tokens per second; `round_trips_ms` has one for each far machine that holds layers."""
    alone = [_alone(shape, settings, one) for one in stages]
    shares = [one.share for one in stages]
    network = sum(round_trips_ms)
    most, likely, least = (network + len(round_trips_ms) * one for one in RPC_MS)
    return SpeedEstimate(
        generate_tps=_tps([one.generate_tps for one in alone], shares, likely),
        low=_tps([one.low for one in alone], shares, most),
        high=_tps([one.high for one in alone], shares, least),
        prompt_tps=None,
        basis="; then ".join(one.basis for one in alone),
    )


def _alone(shape: Shape, settings: ServerSettings, stage: Stage) -> SpeedEstimate:
    """As if all of the model lay there."""
    layers = len(shape.layers) + shape.heads + 1 if stage.chip else 0
    one = replace(settings, gpu_layers=layers, gpu_split=())
    return speed(shape, one, stage.cores, (stage.chip,) if stage.chip else ())


def _tps(alone: Sequence[float], shares: Sequence[float], more_ms: float) -> float:
    """The inverse of the time of one token: of all stages, and `more_ms`."""
    computing = sum(share / tps for share, tps in zip(shares, alone, strict=True))
    return 1 / (computing + more_ms / 1e3)
