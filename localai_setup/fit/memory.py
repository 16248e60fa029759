"""Memory of llama.cpp's server for one model and one placement, in MiB.

The rules were found by measuring llama.cpp b11434 and 836 placements of 22 models.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..model.estimate import MemoryEstimate, MemoryParts
from .graph import compute
from .shape import KNOWN, Layer, Shape, block, window

MIB = 1024 * 1024
#: bytes of a block of 32 cache values
ROW = {"f32": 128, "f16": 64, "bf16": 64, "q8_0": 34, "q5_1": 24, "q5_0": 22, "q4_1": 20,
       "q4_0": 18, "iq4_nl": 18}  # fmt: skip
EXPERTS = re.compile(r"ffn_(up|down|gate|gate_up)_(ch)?exps")


@dataclass(frozen=True)
class Placement:
    """The server's settings that decide memory; `gpu_layers` counts as llama.cpp's -ngl."""

    context: int
    kv_type_k: str = "f16"
    kv_type_v: str = "f16"
    ubatch: int = 512
    slots: int = 1
    unified: bool = False
    flash_attention: bool = True
    gpu_layers: int = 0
    experts_on_cpu: bool = False

    @property
    def streams(self) -> int:
        """Separate caches: one for all slots, or one for each."""
        return 1 if self.unified else self.slots

    @property
    def cells(self) -> int:
        """Tokens that one cache holds."""
        return pad256(pad256(self.context) // self.streams)


def pad256(tokens: int) -> int:
    """Rounded up as llama.cpp rounds a context."""
    return -(-tokens // 256) * 256


def estimate(shape: Shape, place: Placement) -> MemoryEstimate:
    """MiB by kind and by place; `exact` is False where the architecture is beyond the rules."""
    first = max(0, len(shape.layers) + 1 - place.gpu_layers)
    weights = _weights(shape, place, first)
    kv, recurrent = [0.0, 0.0], [0.0, 0.0]
    widest = max((one.kv_heads * one.value for one in shape.layers if one.attends), default=0)
    for at, layer in enumerate(shape.layers):
        device = int(place.gpu_layers > 0 and at >= first)
        kv[device] += kv_bytes(shape, layer, place, widest)
        recurrent[device] += 4 * place.slots * sum(state(shape)) if layer.recurrent else 0
    graph = compute(shape, place, cells(shape, place))
    output = 4 * shape.vocab * place.slots
    gpu = weights[1] + kv[1] + recurrent[1] + graph[1]
    host = weights[0] + kv[0] + recurrent[0] + graph[0] + output
    parts = MemoryParts(
        sum(weights) / MIB,
        sum(kv) / MIB,
        sum(recurrent) / MIB,
        sum(graph) / MIB,
        output / MIB,
    )
    overhead = 22 + (shape.vocab * 370 + 3 * sum(recurrent)) / MIB
    return MemoryEstimate(
        (gpu + host) / MIB,
        gpu / MIB,
        host / MIB,
        parts,
        overhead,
        exact=shape.arch in KNOWN and not 0 < place.gpu_layers <= len(shape.layers),
    )


def _weights(shape: Shape, place: Placement, first: int) -> list[float]:
    found = [0.0, 0.0]
    tied = all(one.name != "output.weight" for one in shape.tensors)
    for one in shape.tensors:
        size = -(-one.bytes // 32) * 32
        number = block(one.name)
        embedding = one.name.startswith(("token_embd", "per_layer_token_embd"))
        expert = place.experts_on_cpu and EXPERTS.search(one.name)
        far = number >= first if number >= 0 else not embedding
        found[int(bool(place.gpu_layers > 0 and far and not expert))] += size
        if one.name == "token_embd.weight" and tied and place.gpu_layers > 0:
            found[1] += size
    return found


def cells(shape: Shape, place: Placement) -> tuple[int, int]:
    """Tokens in one stream of a full and of a windowed layer's cache."""
    seen = window(shape) * (place.slots if place.unified else 1) + place.ubatch
    return place.cells, pad256(min(place.cells, seen))


def kv_bytes(shape: Shape, layer: Layer, place: Placement, widest: int) -> float:
    """Bytes of one layer's cache; without flash attention V rows are as wide as the widest."""
    if not layer.attends or not layer.owns_cache:
        return 0.0
    tokens = cells(shape, place)[int(layer.windowed)] * place.streams
    value = layer.kv_heads * layer.value
    if value and not place.flash_attention:
        value = widest
    key_row = layer.kv_heads * layer.key * ROW[place.kv_type_k]
    return tokens * (key_row + value * ROW[place.kv_type_v]) / 32


def state(shape: Shape) -> tuple[int, int]:
    """Values that one recurrent layer keeps for one slot: of its convolution, of its state."""
    get, hidden = shape.get, shape.hidden
    if shape.arch.startswith("lfm2"):
        return hidden * (get("shortconv.l_cache") - 1), 0
    if "rwkv" in shape.arch:
        return get("token_shift_count", 2) * hidden, hidden * get("wkv.head_size")
    if shape.arch == "kimi-linear":
        size, heads = get("kda.head_dim"), get("attention.head_count")
        return 3 * (get("ssm.conv_kernel") - 1) * heads * size, size * size * heads
    inner, ssm = get("ssm.inner_size"), get("ssm.state_size")
    wide = inner + 2 * get("ssm.group_count") * ssm
    return (get("ssm.conv_kernel", 1) - 1) * wide, ssm * inner
