"""What a card needs for the weights that lie in main memory: it reads prompts with copies of them.

llama.cpp lets the card compute every batch of 32 tokens or more, also for layers in main memory, and
copies each weight over when its turn comes (`--op-offload`, on unless told otherwise). Measured with the
Vulkan backend of llama.cpp b10434 on dense models and mixtures (`tests/test_card_memory.py`): the
compute buffers are those of a model that lies on the card altogether, with the largest copied tensor on
top. Where recurrent layers alternate with attending ones (`qwen35moe`), the room of one copy is broken up
before the next comes, and a second one lies beside it: that of the experts' last matrix. `estimate` itself
counts for a device without copies, as llama.cpp's RPC device is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ..model.estimate import MemoryEstimate
from ..model.settings import ServerSettings
from . import layout
from .graph import compute
from .memory import MIB, cells
from .shape import GATED_DELTA, Shape

#: rows of the hidden size that lie on the card beside two copies
ROWS_WITH_TWO = 4.5


def with_copies(found: MemoryEstimate, shape: Shape, settings: ServerSettings) -> MemoryEstimate:
    """The estimate for a real card; the same where nothing lies in main memory, or all of it does."""
    largest = max(_copied(shape, settings), default=0) if settings.gpu_layers else 0
    if not largest:
        return found
    everything = replace(
        settings, gpu_layers=len(shape.layers) + shape.heads + 1, cpu_expert_layers=0
    )
    sizes = cells(shape, settings)
    before, after = compute(shape, settings, sizes), compute(shape, everything, sizes)
    host = (after[0] - before[0]) / MIB
    gpus = [(new - old) / MIB for old, new in zip(before[1:], after[1:], strict=True)]
    gpus[0] = (_first_card(shape, settings, after[1], largest) - before[1]) / MIB
    more = host + sum(gpus)
    return replace(
        found,
        total_mib=found.total_mib + more,
        gpu_mib=found.gpu_mib + sum(gpus),
        host_mib=found.host_mib + host,
        parts=replace(found.parts, compute=found.parts.compute + more),
        gpus_mib=tuple(mib + each for mib, each in zip(found.gpus_mib, gpus, strict=True)),
        low_mib=found.low_mib + more,
        high_mib=found.high_mib + more,
    )


def _first_card(shape: Shape, settings: ServerSettings, complete: float, largest: int) -> float:
    """Bytes of the first card's compute buffer; `complete` is what it takes where nothing is copied."""
    second = _second_bytes(shape, settings)
    if not second:
        return complete + largest
    rows = min(settings.context, settings.ubatch)
    mask = 2 * rows * cells(shape, settings)[0]
    others = 4 * rows * ROWS_WITH_TWO * shape.hidden + mask
    return max(complete + largest, others + largest + second)


def _second_bytes(shape: Shape, settings: ServerSettings) -> int:
    """Bytes of the copy that lies beside the largest; 0 where there is one at a time."""
    count = settings.cpu_expert_layers
    kept = shape.layers[:count]
    if shape.arch not in GATED_DELTA or not any(one.attends for one in kept):
        return 0
    return max(one.down_most for one in shape.blocks[:count])


def _copied(shape: Shape, settings: ServerSettings) -> Iterator[int]:
    """Bytes of the largest tensor of each layer that lies in main memory, and of the experts that do; the
    embedding is only looked up.
    """
    homes = layout.homes(settings, len(shape.layers) + shape.heads)
    for at, (weights, home) in enumerate(zip(shape.blocks, homes, strict=False)):
        if home == 0:
            yield max(weights.dense_most, weights.expert_most)
        elif at < settings.cpu_expert_layers:
            yield weights.expert_most
