"""The compute buffer: the peak of llama.cpp's graph allocator in closed form."""

from __future__ import annotations

from ..model.settings import ServerSettings
from . import drafting, layout
from .shape import ENCODERS, GATED_DELTA, Layer, Shape

#: cache types that are kept as they are
PLAIN = ("f16", "bf16", "f32")


#: copies of the hidden rows that Gemma 3n carries beside the one that it computes with
OTHER_STREAMS = 3


def compute(shape: Shape, settings: ServerSettings, cells: tuple[int, int]) -> list[float]:
    """Bytes on the host and on each GPU. `cells`: of a full and of a windowed layer's cache."""
    host, gpu = _host_and_gpu(shape, settings, cells)
    return [host, *(gpu for _ in layout.shares(settings))]


def _host_and_gpu(
    shape: Shape, settings: ServerSettings, cells: tuple[int, int]
) -> tuple[float, float]:
    rows, hidden = min(settings.context, settings.ubatch), shape.hidden
    masks = _masks(shape, settings, cells, rows)
    stages = _stages(shape, settings, cells, rows)
    extra = shape.get("embedding_length_per_layer_input") * len(shape.layers)
    streams = OTHER_STREAMS * hidden if shape.arch == "gemma3n" else 0
    widest = max(*stages, _routed(shape)) + extra + streams
    if extra:  # where the inputs of all layers are made, two copies of them are there
        others = (7 if settings.gpu_layers else 8) * hidden + 8 * streams // OTHER_STREAMS
        widest = max(widest, others + 2 * extra)

    def size(floats: float) -> float:
        return 4 * rows * floats + masks

    inputs = size(4 * hidden + (extra + hidden if extra else 0))
    all_on_gpu = settings.gpu_layers > len(shape.layers) + shape.heads
    if settings.gpu_layers == 0:
        return size(5 * hidden + widest), 0
    if all_on_gpu and settings.cpu_expert_layers and _routed(shape):
        # the last layer computes only the tokens whose output is asked for
        gathers = settings.cpu_expert_layers >= len(shape.layers) - 1
        device = max(*stages, shape.get("expert_used_count") * hidden) + extra
        host = max(inputs, size(2 * hidden + _routed(shape)))
        return host, size(4 * hidden + (device if gathers else widest))
    if all_on_gpu:
        return inputs, size(4 * hidden + widest)
    mixture = 4 if _routed(shape) else 0
    return size(5 * hidden + widest), size((2 + mixture) * hidden + widest)


def _masks(shape: Shape, settings: ServerSettings, cells: tuple[int, int], rows: int) -> float:
    """Masks, indices and rotations of each kind of cache: of full layers, of windowed ones."""
    size = 2 if settings.flash_attention else 4
    widest = max((x.kv_heads * x.value for x in shape.layers if x.attends), default=0)
    total = float(rows * rows * size) if shape.arch in ENCODERS else 0.0
    for kind in {one.windowed for one in shape.layers if one.attends}:
        total += rows * cells[int(kind)] * size + 16 * rows
        if not settings.flash_attention and not shape.mla:
            total += 8 * rows * widest - 8 * rows
        total += 0 if shape.mla else _rotations(shape, settings, windowed=kind)
    return total


def _rotations(shape: Shape, settings: ServerSettings, *, windowed: bool) -> float:
    """Hadamard matrices, where the cache is quantised: 64 values a side, for K as many as divide."""
    total = 0.0
    key = max(x.key for x in shape.layers if x.attends and x.windowed is windowed)
    if key and settings.kv_type_k not in PLAIN:
        side = 64
        while key % (2 * side) == 0:
            side *= 2
        total += 4 * side * side
    return total + (4 * 64 * 64 if settings.kv_type_v not in PLAIN else 0)


def _stages(
    shape: Shape, settings: ServerSettings, cells: tuple[int, int], rows: int
) -> tuple[float, ...]:
    """Floats per token of each stage but the routed experts."""
    return (
        _dense(shape),
        shape.vocab * layout.outputs(settings) / rows,
        _shared(shape),
        _attention(shape, settings, cells, rows),
        _recurrence(shape, settings.slots / rows, drafting.snapshots(settings)),
    )


def widest_experts(shape: Shape) -> float:
    """Floats per token of the routed experts or of the shared ones; 0 where there are none."""
    return max(_routed(shape), _shared(shape)) if shape.get("expert_count") else 0


def _routed(shape: Shape) -> float:
    used = shape.get("expert_used_count")
    wide = shape.get("expert_feed_forward_length") or shape.get("feed_forward_length")
    copies = 3 if shape.gated_experts else 2
    return copies * used * wide + (used * shape.hidden if shape.hidden > 2 * wide else 0)


def _dense(shape: Shape) -> float:
    """Gate, up and their product, or up alone, changed in place.

    What went in stays beside it where attention reads it too, or what comes out is scaled.
    """
    if shape.all_experts:
        return 0
    if shape.arch == "gemma3n":  # a low-rank path beside it, and the inputs of this layer
        wide = 2 * shape.hidden + 3 * shape.get("embedding_length_per_layer_input")
        return 3 * shape.get("feed_forward_length") + wide
    kept = shape.hidden if shape.parallel or shape.arch == "granitehybrid" else 0
    return (3 if shape.gated else 1) * shape.get("feed_forward_length") + kept


def _shared(shape: Shape) -> float:
    wide = shape.get("expert_shared_feed_forward_length")
    wide = wide or shape.get("expert_feed_forward_length") * shape.get("expert_shared_count")
    return 3 * wide + shape.hidden if wide else 0


def _attention(shape: Shape, settings: ServerSettings, cells: tuple[int, int], rows: int) -> float:
    if shape.mla:
        return _latent_attention(shape, settings, cells[0], rows)
    if settings.flash_attention:
        return 0
    seen = (one for one in shape.layers if one.attends)
    return max((scores(shape, x, cells[int(x.windowed)]) for x in seen), default=0)


def scores(shape: Shape, layer: Layer, cells: int) -> float:
    """Floats per token: scores of all heads, queries and their gate; wide queries are there twice."""
    queries = layer.heads * layer.key
    copies = 1 + (queries > shape.hidden) + (shape.arch in GATED_DELTA)
    return cells * layer.heads + copies * queries


def _latent_attention(shape: Shape, settings: ServerSettings, cells: int, rows: int) -> float:
    heads, rank = shape.get("attention.head_count"), shape.get("attention.kv_lora_rank")
    rope, keys = (
        shape.get("rope.dimension_count"),
        heads * shape.get("attention.key_length_mla"),
    )
    if settings.flash_attention:
        # queries that do not fit where the hidden rows were freed need room of their own
        queries = keys if keys > 3 * shape.hidden else 2 * shape.hidden
        return queries + heads * (2 * rank + 2 * rope)
    latent = heads * rank
    queries = heads * (rank + rope) + latent + keys
    # V is the transposed copy of K at 2 bytes; a short one finds room among what was freed
    values = rank * cells * 2 / 4 / rows
    return cells * heads + queries + (values if values > latent else 0)


def _recurrence(shape: Shape, share: float, snapshots: int) -> float:
    """`share` is slots per token of a batch; each snapshot is one state more."""
    if not any(one.recurrent for one in shape.layers):
        return 0
    inner, size = shape.get("ssm.inner_size"), shape.get("ssm.state_size")
    groups, steps = shape.get("ssm.group_count"), shape.get("ssm.time_step_rank")
    if shape.arch in GATED_DELTA:
        key, value = size * groups, size * steps
        query = value if shape.arch == "qwen3next" else key
        kept = size * value * share
        rows = 2 * key + 2 * value + 2 * query
        # with snapshots the state is written where they lie, and not beside
        return rows + (1 + snapshots) * kept if snapshots else rows + shape.hidden / 2 + 2 * kept
    wide = inner + 2 * groups * size
    kept = inner * size + shape.get("ssm.conv_kernel") * wide
    return (inner + wide + steps) + wide + 2 * inner + 2 * groups * size + kept * share
