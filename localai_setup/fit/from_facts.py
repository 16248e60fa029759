"""Memory and speed from a recipe's few facts, where no header of the model is at hand: a bound.

Constants: measurements of llama.cpp b11434 and the xllamacpp 2026.10.11549 wheel (docs/fit.md).
"""

from __future__ import annotations

from dataclasses import dataclass

from ..model.estimate import MemoryEstimate, MemoryParts, SpeedEstimate
from ..model.plan import ServerSettings

MIB = 1024 * 1024
#: bytes of one KV element relative to f16: a block of 32 values takes this many bytes of 64
KV_SHARE = {
    "f32": 2.0,
    "f16": 1.0,
    "bf16": 1.0,
    "q8_0": 34 / 64,
    "q5_1": 24 / 64,
    "q5_0": 22 / 64,
    "q4_1": 20 / 64,
    "q4_0": 18 / 64,
    "iq4_nl": 18 / 64,
}
#: An upper bound for the feed-forward width in units of the hidden size (Gemma 3: 4.0).
FEED_FORWARD_RATIO = 4.0
#: llama.cpp's graph on the CPU holds five rows of the hidden size for each token of a batch.
CPU_ROWS = 5
#: shared libraries and the server itself, before the vocabulary
PROCESS_MIB = 22.0
PROCESS_BYTES_PER_VOCABULARY_ENTRY = 370
#: GB/s that one core turns into dot products of 4-bit weights (AVX2)
DEQUANTISATION_GBPS_PER_CORE = 11.0
#: share of the memory bandwidth that a CPU reaches in a long read
CPU_BANDWIDTH_SHARE = 0.95
#: What is assumed of a machine's memory where nobody measured it: one slow channel to two fast ones.
UNKNOWN_BANDWIDTH_GBPS = (15.0, 25.0, 60.0)


@dataclass(frozen=True)
class ModelFacts:
    """What a recipe knows: bytes of the weights, and per-token sizes. `active_share` is below 1 for MoE."""

    weights_bytes: int
    hidden_size: int
    vocab_size: int
    kv_bytes_per_token_f16: int
    swa_fixed_bytes_f16: int = 0
    active_share: float = 1.0


def memory_from_facts(facts: ModelFacts, settings: ServerSettings) -> MemoryEstimate:
    """An upper bound in MiB: everything on the CPU, or everything on the GPU where layers go there."""
    share = (KV_SHARE[settings.kv_type_k] + KV_SHARE[settings.kv_type_v]) / 2
    kv_bytes = settings.context * facts.kv_bytes_per_token_f16 + facts.swa_fixed_bytes_f16
    parts = MemoryParts(
        weights=facts.weights_bytes / MIB,
        kv=kv_bytes * share / MIB,
        recurrent=0.0,
        compute=_compute_bytes(facts, settings) / MIB,
        output=4 * facts.vocab_size * settings.slots / MIB,
    )
    total = parts.weights + parts.kv + parts.compute + parts.output
    on_gpu = total - parts.output if settings.gpu_layers > 0 else 0.0
    overhead = PROCESS_MIB + facts.vocab_size * PROCESS_BYTES_PER_VOCABULARY_ENTRY / MIB
    return MemoryEstimate(
        total, on_gpu, total - on_gpu, parts, overhead, settings.prompt_cache_mib, exact=False
    )


def _compute_bytes(facts: ModelFacts, settings: ServerSettings) -> float:
    rows = min(settings.context, settings.ubatch)
    widest = 3 * FEED_FORWARD_RATIO * facts.hidden_size
    mask = 2 * rows * settings.context
    return 4 * rows * (CPU_ROWS * facts.hidden_size + widest) + mask


def cpu_speed_from_facts(facts: ModelFacts, threads: int) -> SpeedEstimate:
    """Tokens per second of generation on a CPU whose memory nobody measured: a wide range."""
    gigabytes = facts.weights_bytes * facts.active_share / 1e9
    low, middle, high = (
        min(CPU_BANDWIDTH_SHARE * gbps, threads * DEQUANTISATION_GBPS_PER_CORE) / gigabytes
        for gbps in UNKNOWN_BANDWIDTH_GBPS
    )
    basis = f"{threads} cores and memory of {UNKNOWN_BANDWIDTH_GBPS[1]:g} GB/s, assumed"
    return SpeedEstimate(middle, low, high, None, basis)


def gpu_speed_from_facts(facts: ModelFacts, bandwidth_gbps: float, name: str) -> SpeedEstimate:
    """Tokens per second on a GPU: bytes over 0.72 of the bandwidth, the middle of published runs."""
    middle = 0.72 * bandwidth_gbps / (facts.weights_bytes * facts.active_share / 1e9)
    return SpeedEstimate(middle, 0.8 * middle, 1.2 * middle, None, f"bandwidth of {name}")
