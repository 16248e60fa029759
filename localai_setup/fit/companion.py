"""Memory and speed of a drafter with a file of its own, beside the model that checks its guesses."""

from __future__ import annotations

from dataclasses import fields, replace

from ..model.estimate import MemoryEstimate, MemoryParts, SpeedEstimate
from ..model.settings import FROM_FILE, MODEL, ServerSettings
from . import heads, layout
from .drafter import Drafter
from .memory import MIB, cells, estimate
from .shape import Shape
from .speed import Chip, Cores, speed

#: bytes that a server keeps for each entry of a vocabulary, as `memory.estimate` counts them
ENTRY_BYTES = 370
#: The share of a plain step that each guess adds to a check on a processor: 3 of them made it 2.6 steps
#: (see `drafting.py`). A GPU reads the weights once for all of them.
CHECK_SHARE = 0.53
#: Guesses of a small model of the same family that hold: 0.53 to 0.75 for one 140 times smaller
#: (arXiv 2211.17192, table 2). How many it is here `localai bench` tells.
HOLDING_SHARE = 0.6


def own_settings(settings: ServerSettings) -> ServerSettings:
    """Those of the drafter's own context: of the same length, its cache always in f16."""
    return replace(
        settings.without_drafting(),
        kv_type_k="f16",
        kv_type_v="f16",
        gpu_layers=settings.drafter_gpu_layers,
        cpu_expert_layers=0,
    )


def with_drafter(
    found: MemoryEstimate, drafter: Drafter | None, settings: ServerSettings
) -> MemoryEstimate:
    """The estimate of the model with that of the file that drafts for it; the same where none does."""
    if drafter is None or settings.drafting not in FROM_FILE:
        return found
    own = own_settings(settings)
    more = estimate(drafter.shape, own) if drafter.kind == MODEL else _heads(drafter.shape, own)
    low, high = (more.total_mib, more.total_mib) if more.exact else (more.low_mib, more.high_mib)
    return replace(
        found,
        total_mib=found.total_mib + more.total_mib,
        gpu_mib=found.gpu_mib + more.gpu_mib,
        host_mib=found.host_mib + more.host_mib,
        parts=_sum(found.parts, more.parts),
        process_overhead_mib=found.process_overhead_mib + drafter.shape.vocab * ENTRY_BYTES / MIB,
        exact=found.exact and more.exact,
        gpus_mib=_each(found.gpus_mib, more.gpus_mib),
        low_mib=found.low_mib + low,
        high_mib=found.high_mib + high,
    )


def _sum(one: MemoryParts, other: MemoryParts) -> MemoryParts:
    names = [field.name for field in fields(MemoryParts)]
    return MemoryParts(**{name: getattr(one, name) + getattr(other, name) for name in names})


def _each(gpus: tuple[float, ...], more: tuple[float, ...]) -> tuple[float, ...]:
    return tuple(map(sum, zip(gpus, more, strict=True))) if more else gpus


def _heads(shape: Shape, settings: ServerSettings) -> MemoryEstimate:
    """Heads in a file of their own bring the embedding and the output of the model along."""
    blocks = (shape.embedding, shape.ending, *shape.blocks, *shape.head_blocks)
    weights = sum(one.dense_bytes + one.expert_bytes for one in blocks)
    if not settings.gpu_layers:
        weights -= shape.tied_bytes
    found = heads.memory(shape, settings, cells(shape, settings)[0])
    parts = MemoryParts(weights / MIB, found.kv / MIB, 0.0, found.compute / MIB, found.output / MIB)
    total = parts.weights + parts.kv + parts.compute + parts.output
    on_gpu = (
        total - (shape.embedding.dense_bytes + found.output) / MIB if settings.gpu_layers else 0
    )
    gpus = [0.0] * len(layout.shares(settings)) if on_gpu else []
    if gpus:
        gpus[-1] = on_gpu
    spare = 0.0 if shape.layers else parts.compute
    return MemoryEstimate(
        total,
        on_gpu,
        total - on_gpu,
        parts,
        0.0,
        exact=bool(shape.layers) and not on_gpu,
        gpus_mib=tuple(gpus),
        low_mib=total - spare,
        high_mib=total + spare,
    )


def faster(
    plain: SpeedEstimate,
    settings: ServerSettings,
    drafter: Drafter | None,
    cores: Cores,
    chips: tuple[Chip, ...] = (),
) -> SpeedEstimate:
    """The speed of writing with a smaller model that drafts, from no guess that holds to all of them."""
    if drafter is None or settings.drafting != MODEL:
        return plain
    guesses = settings.draft_tokens
    guess = speed(drafter.shape, own_settings(settings), cores, chips).generate_tps
    check = 1.0 if settings.drafter_gpu_layers else 1.0 + CHECK_SHARE * guesses
    step = check + guesses * plain.generate_tps / guess
    likely = (1 - HOLDING_SHARE ** (guesses + 1)) / (1 - HOLDING_SHARE)
    return replace(
        plain,
        generate_tps=plain.generate_tps * likely / step,
        low=plain.low / step,
        high=plain.high * (1 + guesses) / step,
        basis=f"{plain.basis}; the drafter makes it {1 / step:.1f} to {(1 + guesses) / step:.1f} times "
        "as fast, by how many of its guesses hold",
    )
