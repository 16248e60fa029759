"""Tokens per second for each of several who are answered at the same time by one server.

One step of the server writes a token for each of them. What memory has to read for a step it reads once
for all; what has to be multiplied is multiplied for each. So several gain as long as memory is the limit,
and share what there is where the cores are. Measured with SmolLM2 135M Q4_1 on cores that read it faster
than they multiply: 4 at once got no more tokens for a second of processor time than one alone (102 and
123), as this says. Nobody measured it on a GPU yet.
"""

from __future__ import annotations

from dataclasses import replace

from ..model.estimate import SpeedEstimate
from ..model.settings import ServerSettings
from .memory import kv_bytes
from .shape import Shape
from .speed import (
    CORE_GBPS,
    CORE_GBPS_UNKNOWN,
    TYPICAL_DEPTH,
    Cores,
    cpu_gbps,
    packing_of,
    used_share,
)
from .unpacking import CORE_TIMES


def together(
    shape: Shape, settings: ServerSettings, alone: SpeedEstimate, cores: Cores, users: int
) -> SpeedEstimate:
    """What each of `users` gets, as `alone` is what one gets by itself. At the least nobody gains by the
    others, so that they share it.
    """
    if users == 1:
        return alone
    gain = _gain(shape, settings, alone, cores, users)
    each = alone.generate_tps * min(1.0, gain / users)
    return replace(
        alone,
        generate_tps=each,
        low=min(each, alone.low / users),
        high=max(each, alone.high * min(1.0, gain / users)),
    )


def _gain(
    shape: Shape, settings: ServerSettings, alone: SpeedEstimate, cores: Cores, users: int
) -> float:
    """How many times as many tokens all get together as one alone."""
    if settings.gpu_layers == 0:
        packed = packing_of(shape)
        able = cores.threads * CORE_GBPS.get(cores.level or "", CORE_GBPS_UNKNOWN)
        return max(1.0, able / CORE_TIMES[packed] / cpu_gbps(cores, packed)[1])
    is_all_there = settings.gpu_layers > len(shape.layers) + shape.heads
    if not is_all_there or settings.cpu_expert_layers or not alone.prompt_tps:
        return 1.0  # the processor's part is the slow one, and nobody knows what it gains
    step = _step_bytes(shape, settings, users) / _step_bytes(shape, settings, 1)
    seconds = step / alone.generate_tps + (users - 1) / alone.prompt_tps
    return max(1.0, users / seconds / alone.generate_tps)


def _step_bytes(shape: Shape, settings: ServerSettings, users: int) -> float:
    """What a step reads: the dense weights, the experts that any of them needs, the cache of each."""
    short = replace(settings, context=min(settings.context_each, TYPICAL_DEPTH), slots=1)
    cache = sum(kv_bytes(shape, one, short, 0) for one in shape.layers)
    dense = sum(one.dense_bytes for one in shape.blocks) + shape.ending.dense_bytes
    experts = sum(one.expert_bytes for one in shape.blocks)
    return dense + experts * _used(shape, users) + users * cache


def _used(shape: Shape, users: int) -> float:
    """The share of the experts that at least one of so many tokens passes through, were they chosen by
    chance.
    """
    return 1.0 - float((1.0 - used_share(shape)) ** users)
