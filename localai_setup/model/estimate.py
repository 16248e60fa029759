"""What a model needs and how fast it will be, on one machine with one placement."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class MemoryParts:
    """MiB of each kind, on host and GPU together."""

    weights: float
    kv: float
    recurrent: float
    compute: float
    output: float


@dataclass(frozen=True)
class MemoryEstimate:
    """MiB that llama.cpp's server allocates, and where.

    `total_mib` is weights, KV cache, recurrent state, compute and output buffers together;
    `process_overhead_mib` comes on top, as does `prompt_cache_mib`, which fills up after the start.
    `gpus_mib` is `gpu_mib` card by card.
    `exact` is False where the architecture or placement was not measured; the true total then lies
    between `low_mib` and `high_mib`, as far as anybody knows. Where it is exact both are the total.
    """

    total_mib: float
    gpu_mib: float
    host_mib: float
    parts: MemoryParts
    process_overhead_mib: float
    prompt_cache_mib: float = 0.0
    exact: bool = True
    gpus_mib: tuple[float, ...] = ()
    low_mib: float = 0.0
    high_mib: float = 0.0


@dataclass(frozen=True)
class SpeedEstimate:
    """Tokens per second: a middle and a range, and what they rest on."""

    generate_tps: float
    low: float
    high: float
    prompt_tps: float | None
    basis: str
