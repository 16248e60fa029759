"""Memory of llama.cpp's server for one model and one placement, in MiB.

The rules were found by measuring llama.cpp b11434 and 836 placements of 22 models.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..model.estimate import MemoryEstimate, MemoryParts
from ..model.settings import ServerSettings
from . import drafting, heads, layout
from .graph import compute
from .measured import EVERYWHERE
from .shape import Layer, Shape, window

MIB = 1024 * 1024
#: bytes of a block of 32 cache values
ROW = {"f32": 128, "f16": 64, "bf16": 64, "q8_0": 34, "q5_1": 24, "q5_0": 22, "q4_1": 20,
       "q4_0": 18, "iq4_nl": 18}  # fmt: skip


@dataclass
class _Bytes:
    """Of each kind on the host and on each GPU; the output buffer lies on the host."""

    weights: list[float]
    kv: list[float]
    recurrent: list[float]
    graph: list[float]
    output: float

    @property
    def parts(self) -> MemoryParts:
        """MiB of each kind, wherever it lies."""
        return MemoryParts(
            weights=sum(self.weights) / MIB,
            kv=sum(self.kv) / MIB,
            recurrent=sum(self.recurrent) / MIB,
            compute=sum(self.graph) / MIB,
            output=self.output / MIB,
        )

    @property
    def places_mib(self) -> list[float]:
        """MiB of all kinds together on the host and on each GPU."""
        kinds = zip(self.weights, self.kv, self.recurrent, self.graph, strict=True)
        found = [sum(each) / MIB for each in kinds]
        found[0] += self.output / MIB
        return found


def estimate(shape: Shape, settings: ServerSettings) -> MemoryEstimate:
    """MiB by kind and by place; `exact` is False where the architecture is beyond the rules."""
    found = _bytes(shape, settings)
    parts, where = found.parts, found.places_mib
    overhead = 22 + (shape.vocab * 370 + 3 * sum(found.recurrent)) / MIB
    exact = shape.exact and _is_measured(shape, settings)
    low, high = _range(shape, settings, parts) if not exact else (0.0, 0.0)
    return MemoryEstimate(
        sum(where),
        sum(where[1:]),
        where[0],
        parts,
        overhead,
        exact=exact,
        gpus_mib=tuple(where[1:]) if settings.gpu_layers else (),
        low_mib=sum(where) - low,
        high_mib=sum(where) + high,
    )


def _bytes(shape: Shape, settings: ServerSettings) -> _Bytes:
    homes = layout.homes(settings, len(shape.layers) + shape.heads)
    count = 1 + len(layout.shares(settings))
    weights = _weights(shape, settings, homes, count)
    kv, recurrent = [0.0] * count, [0.0] * count
    widest = max((one.kv_heads * one.value for one in shape.layers if one.attends), default=0)
    cache = {one: kv_bytes(shape, one, settings, widest) for one in set(shape.layers)}
    kept = 4 * settings.slots * (1 + drafting.snapshots(settings)) * sum(state(shape))
    for layer, home in zip(shape.layers, homes, strict=False):
        kv[home] += cache[layer]
        recurrent[home] += kept if layer.recurrent else 0
    graph = compute(shape, settings, cells(shape, settings))
    output = 4.0 * shape.vocab * layout.outputs(settings)
    if drafting.by_heads(settings):
        head = heads.memory(shape, settings, cells(shape, settings)[0])
        home = homes[len(shape.layers)]
        weights[home] += head.weights
        kv[home] += head.kv
        graph[home] += head.compute
        output += head.output
    return _Bytes(weights, kv, recurrent, graph, output)


def _is_measured(shape: Shape, settings: ServerSettings) -> bool:
    if not settings.gpu_layers:
        return True
    return not drafting.by_any_heads(settings) and (
        len(layout.shares(settings)) == 1 and shape.arch in EVERYWHERE
    )


def _range(shape: Shape, settings: ServerSettings, parts: MemoryParts) -> tuple[float, float]:
    """MiB by which the total may be less, and more, where nobody measured it.

    Weights and logits are counted, not modelled. Of the rest half may be missing (layers that share a
    cache), or every layer may look back at all of the context and the graph be twice as wide.
    """
    modelled = parts.kv + parts.recurrent + parts.compute
    row = max((x.kv_heads * (x.key + x.value) for x in shape.layers), default=0)
    widest = (
        len(shape.layers) * layout.stream_cells(settings) * layout.streams(settings) * row * 2 / MIB
    )
    return modelled / 2, max(0.0, widest - parts.kv) + parts.recurrent + parts.compute


def _weights(shape: Shape, settings: ServerSettings, homes: list[int], count: int) -> list[float]:
    found = [0.0] * count
    for at, (weights, home) in enumerate(zip(shape.blocks, homes, strict=False)):
        found[home] += weights.dense_bytes
        found[0 if at < settings.cpu_expert_layers else home] += weights.expert_bytes
    embedding, ending = shape.embedding.dense_bytes, shape.ending.dense_bytes
    found[0] += embedding
    if settings.gpu_layers == 0:
        ending -= shape.tied_bytes
    found[homes[-1]] += ending
    return found


def cells(shape: Shape, settings: ServerSettings) -> tuple[int, int]:
    """Tokens in one stream of a full and of a windowed layer's cache."""
    seen = window(shape) * (settings.slots if settings.kv_unified else 1) + settings.ubatch
    return layout.stream_cells(settings), layout.pad256(min(layout.stream_cells(settings), seen))


def kv_bytes(shape: Shape, layer: Layer, settings: ServerSettings, widest: int) -> float:
    """Bytes of one layer's cache; without flash attention V rows are as wide as the widest."""
    if not layer.attends or not layer.owns_cache:
        return 0.0
    tokens = cells(shape, settings)[int(layer.windowed)] * layout.streams(settings)
    value = layer.kv_heads * layer.value
    if value and not settings.flash_attention:
        value = widest
    key_row = layer.kv_heads * layer.key * ROW[settings.kv_type_k]
    return tokens * (key_row + value * ROW[settings.kv_type_v]) / 32


def state(shape: Shape) -> tuple[int, int]:
    """Values that one recurrent layer keeps for one slot: of its convolution, of its state."""
    get, hidden = shape.get, shape.hidden
    if shape.arch.startswith("lfm2"):
        return hidden * (get("shortconv.l_cache") - 1), 0
    if "rwkv" in shape.arch:
        return get("token_shift_count", 2) * hidden, hidden * get("wkv.head_size")
    if get("kda.head_dim"):
        size, heads = get("kda.head_dim"), get("attention.head_count")
        return 3 * (get("ssm.conv_kernel", 4) - 1) * heads * size, size * size * heads
    if shape.arch == "minimax-01":
        return 0, get("attention.key_length") ** 2 * get("attention.head_count")
    inner, ssm = get("ssm.inner_size"), get("ssm.state_size")
    wide = inner + 2 * get("ssm.group_count") * ssm
    return (get("ssm.conv_kernel", 1) - 1) * wide, ssm * inner
