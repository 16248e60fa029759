"""The compute buffer: the peak of llama.cpp's graph allocator in closed form."""

from __future__ import annotations

from typing import Protocol

from .shape import GATED_DELTA, Shape


class Settings(Protocol):
    """What of a placement decides the graph."""

    @property
    def context(self) -> int: ...
    @property
    def ubatch(self) -> int: ...
    @property
    def slots(self) -> int: ...
    @property
    def streams(self) -> int: ...
    @property
    def flash_attention(self) -> bool: ...
    @property
    def gpu_layers(self) -> int: ...
    @property
    def experts_on_cpu(self) -> bool: ...
    @property
    def kv_type_k(self) -> str: ...
    @property
    def kv_type_v(self) -> str: ...
    @property
    def gpu_split(self) -> tuple[float, ...]: ...


def compute(shape: Shape, place: Settings, cells: tuple[int, int]) -> list[float]:
    """Bytes on the host and on each GPU. `cells`: of a full and of a windowed layer's cache."""
    host, gpu = _host_and_gpu(shape, place, cells)
    return [host, *(gpu for _ in place.gpu_split)]


def _host_and_gpu(shape: Shape, place: Settings, cells: tuple[int, int]) -> tuple[float, float]:
    rows = min(place.context, place.ubatch)
    masks = _masks(shape, place, cells, rows)
    widest = _widest(shape, place, cells, rows)
    if place.gpu_layers == 0:
        return 4 * rows * (5 * shape.hidden + widest) + masks, 0
    inputs = 16 * rows * shape.hidden + masks
    if place.gpu_layers > len(shape.layers) and not place.experts_on_cpu:
        return inputs, 4 * rows * (4 * shape.hidden + widest) + masks
    device = 4 * rows * (2 * shape.hidden + widest) + masks
    host = 4 * rows * (5 * shape.hidden + widest) + masks
    return host if not place.experts_on_cpu else inputs, device


def _masks(shape: Shape, place: Settings, cells: tuple[int, int], rows: int) -> float:
    size = 2 if place.flash_attention else 4
    kinds = {one.windowed for one in shape.layers if one.attends}
    total = 0.0
    for kind in kinds:
        total += rows * cells[int(kind)] * size + 16 * rows
        if not place.flash_attention and not shape.mla:
            widest = max(x.kv_heads * x.value for x in shape.layers if x.attends)
            total += 8 * rows * widest - 8 * rows
    key = max((one.key for one in shape.layers if one.attends), default=0)
    if key and place.kv_type_k not in ("f16", "bf16", "f32"):
        side = 64
        while key % (2 * side) == 0:
            side *= 2
        total += 4 * side * side
    if key and place.kv_type_v not in ("f16", "bf16", "f32") and not shape.mla:
        total += 4 * 64 * 64
    return total


def _widest(shape: Shape, place: Settings, cells: tuple[int, int], rows: int) -> float:
    """Floats per token of the widest stage."""
    stages = [
        3.0 * shape.get("feed_forward_length"),
        shape.vocab * place.slots / rows,
        _experts(shape),
        _attention(shape, place, cells),
        _recurrence(shape, place.slots / rows),
    ]
    extra = shape.get("embedding_length_per_layer_input") * len(shape.layers)
    return max(stages) + extra


def _experts(shape: Shape) -> float:
    used, wide = shape.get("expert_used_count"), shape.get("expert_feed_forward_length")
    routed = 3 * used * wide + (used * shape.hidden if shape.hidden > 2 * wide else 0)
    shared = shape.get("expert_shared_feed_forward_length")
    shared = shared or wide * shape.get("expert_shared_count")
    return max(routed, 3 * shared + shape.hidden if shared else 0)


def _attention(shape: Shape, place: Settings, cells: tuple[int, int]) -> float:
    heads = shape.get("attention.head_count")
    if shape.mla:
        rank, rope = shape.get("attention.kv_lora_rank"), shape.get("rope.dimension_count")
        latent = 2 * shape.hidden + heads * (2 * rank + 2 * rope)
    else:
        latent = 0
    if place.flash_attention:
        return latent
    seen = (one for one in shape.layers if one.attends)
    plain = max((cells[int(x.windowed)] * x.heads + x.heads * x.key for x in seen), default=0)
    return max(latent, plain)


def _recurrence(shape: Shape, share: float) -> float:
    """`share` is slots per token of a batch."""
    if not any(one.recurrent for one in shape.layers):
        return 0
    inner, size = shape.get("ssm.inner_size"), shape.get("ssm.state_size")
    groups, steps = shape.get("ssm.group_count"), shape.get("ssm.time_step_rank")
    if shape.arch in GATED_DELTA:
        key, value = size * groups, size * steps
        query = value if shape.arch == "qwen3next" else key
        kept = size * value * share
        return shape.hidden / 2 + 2 * key + 2 * value + kept + 2 * query + kept
    wide = inner + 2 * groups * size
    return (inner + wide + steps) + wide + 2 * inner + inner * size * share
