"""Memory of prediction heads: a context of their own on the model's weights.

Measured on the engine of the wheel 2026.10.11549 with made models of both architectures, in 11 settings.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..model.settings import ServerSettings
from . import graph, layout
from .shape import Layer, Shape

#: the cache of the heads is f16 whatever the model's own is, in bytes of a value
CACHE_BYTES = 2


@dataclass(frozen=True)
class HeadBytes:
    """Bytes beside those of the model that drafts by no heads."""

    weights: float
    kv: float
    compute: float
    output: float


def memory(shape: Shape, settings: ServerSettings, cells: int) -> HeadBytes:
    """Of all heads together; `cells` are the tokens in one stream of a full layer's cache."""
    if not shape.layers:
        return _sharing(shape, settings)
    attending = next(one for one in reversed(shape.layers) if one.attends)
    row = attending.kv_heads * (attending.key + attending.value) * CACHE_BYTES
    return HeadBytes(
        weights=sum(one.dense_bytes + one.expert_bytes for one in shape.head_blocks),
        kv=shape.heads * cells * layout.streams(settings) * row,
        compute=_compute(shape, settings, attending, cells),
        output=4 * shape.vocab * settings.slots,
    )


def _sharing(shape: Shape, settings: ServerSettings) -> HeadBytes:
    """Heads that read the model's own cache. Their working space was measured nowhere: the rows of the
    model and their own beside one feed-forward.
    """
    rows = min(settings.context, settings.ubatch)
    wide = 3 * shape.get("embedding_length_out") + 4 * shape.hidden
    compute = 4 * rows * (wide + 3 * shape.get("feed_forward_length"))
    weights = sum(one.dense_bytes for one in shape.head_blocks)
    return HeadBytes(weights, 0.0, compute, 4 * shape.vocab * settings.slots)


def _compute(shape: Shape, settings: ServerSettings, layer: Layer, cells: int) -> float:
    """The feed-forward of the one block, or its attention, beside the mask.

    The product of gate and up lies where the mask was, if it fits there.
    """
    rows = min(settings.context, settings.ubatch)
    flash = settings.flash_attention
    mask = rows * cells * (2 if flash else 4)
    indices = rows * (16 if flash else 8 + 8 * layer.kv_heads * layer.value)
    wide = shape.get("feed_forward_length")
    forward = (2 if 4 * rows * wide <= mask else 3) * wide
    widest = max(forward, graph.widest_experts(shape))
    attention = 4 * shape.hidden if flash else graph.scores(shape, layer, cells) + 3 * shape.hidden
    return mask + indices + 4 * rows * max(shape.hidden + widest, attention)
