"""What a card needs for the weights that lie in main memory: it reads prompts with copies of them.

llama.cpp lets the card compute every batch of 32 tokens or more, also for layers in main memory, and
copies each weight over when its turn comes (`--op-offload`, on unless told otherwise). Measured with the
Vulkan backend of llama.cpp b10434 on dense models and mixtures (`tests/test_card_memory.py`): the
compute buffers are those of a model that lies on the card altogether, with the largest copied tensor on
top. `estimate` itself counts for a device without copies, as llama.cpp's RPC device is.
"""

from __future__ import annotations

from dataclasses import replace

from ..model.estimate import MemoryEstimate
from ..model.settings import ServerSettings
from . import layout
from .graph import compute
from .memory import MIB, cells
from .shape import EXPERTS, Shape, block


def with_copies(found: MemoryEstimate, shape: Shape, settings: ServerSettings) -> MemoryEstimate:
    """The estimate for a real card; the same where nothing lies in main memory, or all of it does."""
    largest = _largest_copied_bytes(shape, settings) if settings.gpu_layers else 0
    if not largest:
        return found
    everything = replace(
        settings, gpu_layers=len(shape.layers) + shape.heads + 1, cpu_expert_layers=0
    )
    sizes = cells(shape, settings)
    before, after = compute(shape, settings, sizes), compute(shape, everything, sizes)
    host, *gpus = ((new - old) / MIB for old, new in zip(before, after, strict=True))
    gpus[0] += largest / MIB
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


def _largest_copied_bytes(shape: Shape, settings: ServerSettings) -> int:
    """Bytes of the largest tensor of a layer that lies in main memory; the embedding is only looked up."""
    homes = layout.homes(settings, len(shape.layers) + shape.heads)

    def is_copied(name: str) -> bool:
        at = block(name)
        if not 0 <= at < len(shape.layers):
            return False
        kept = at < settings.cpu_expert_layers and EXPERTS.search(name) is not None
        return homes[at] == 0 or kept

    return max((one.bytes for one in shape.header.tensors if is_copied(one.name)), default=0)
