"""Tokens per second: bytes read for each token over a share of the bandwidth, plus a fixed cost.

`t = bytes / (share * bandwidth) + fixed`. The constants were fitted on published runs of a 7B model
(docs/concepts/fit.md); the fixed cost is that of launching a graph and grows with its layers.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..model.estimate import SpeedEstimate
from ..model.settings import ServerSettings
from . import drafting, layout
from .families import FAMILIES, REFERENCE_LAYERS, Family
from .known_chips import times_of
from .memory import kv_bytes, state
from .shape import Shape
from .unpacking import CORE_TIMES, Packing, packing, packing_of_mixture

#: tokens that are in the context when a typical answer is written
TYPICAL_DEPTH = 1024
#: share that is reached of what the memory is sold as: 0.54 to 0.76 on 14 processors from a Raspberry Pi to
#: a Threadripper (tests/measured/gathered_speeds.csv); server CPUs with many channels reach less
CPU_SHARE, SERVER_CPU_SHARE, SERVER_GBPS = 0.67, 0.42, 200.0
#: Arm's: what boards of one channel reach (five rows of a Raspberry Pi), and from which bandwidth on it is no
#: more than of a server (wide LPDDR5: four rows of two chips, 0.38 to 0.44)
ARM_SHARE, ARM_WIDE_GBPS = 0.6, 40.0
#: the same of what the cores were seen to read: what is sold is never reached, so this is nearly all
READ_SHARE = 0.95
#: GB/s that one core turns into dot products, by instruction set (measured on Zen 4, 4-bit weights)
CORE_GBPS = {
    "x86-64-v4": 13.5,
    "x86-64-v3": 11.0,
    "x86-64-v2": 5.0,
    "x86-64-v1": 0.4,
    "arm": 9.0,
}
CORE_GBPS_UNKNOWN = 9.0
#: GFLOP/s of one core on a prompt, likewise
CORE_GFLOPS = {"x86-64-v4": 140.0, "x86-64-v3": 95.0, "x86-64-v2": 25.0, "arm": 80.0}
CORE_GFLOPS_UNKNOWN = 60.0
#: ms a processor spends on each layer of a token beside reading it (handing out work, waiting for the
#: slowest core): most, likely, least. Measured on two cores of 2.8 GHz: 0.23 to 0.3 with models of 18
#: to 30 layers; what desktops reach beside a card lies around the middle (tests/measured/beside_cards.csv).
LAYER_MS = (0.27, 0.2, 0.15)
#: What is assumed that the cores read where nobody measured it: one slow channel to two fast ones (14 GB/s
#: on an Intel N100, 26 to 32 with two channels of DDR4, 43 to 48 with two of DDR5).
UNKNOWN_GBPS = (14.0, 24.0, 57.0)
#: how far a prediction strays where the bandwidth is known, and after a measurement corrected it
SPREAD, SPREAD_MEASURED = 0.2, 0.1
#: share of the cores' time that a prompt gets
PROMPT_SHARE_OF_CORES = 0.9


#: What a layer costs beside a plain one's fixed cost: of Gemma's norms (fitted with the families: 31 rows).
#: What experts and recurrent states cost differs from family to family.
GEMMA_COST = 0.53
#: What attention costs more that keeps one latent vector for all heads: its projections are many small steps
#: (nine rows of GLM-4.7-Flash and DeepSeek Coder V2 on eight chips, 1.15 times too fast in the mean without).
LATENT_COST = 0.45
#: A layer that looks back over three tokens only is no dearer than one that attends (three rows of LFM2 were
#: 1.2 times as fast as predicted).
SHORT = "lfm2"


@dataclass(frozen=True)
class Chip:
    """A GPU as far as speed is concerned. `bandwidth_gbps` is the vendor's figure, or an estimate: then it
    may be `slower` and `faster` by so many times.
    """

    name: str
    family: str
    bandwidth_gbps: float
    slower: float = 1.0
    faster: float = 1.0


@dataclass(frozen=True)
class Cores:
    """A CPU as far as speed is concerned; None where nobody measured or knows it.

    `level` is x86-64-v1 to v4, or "arm". `bandwidth_gbps` is what the memory is sold as, `read_gbps`
    what all cores together were seen to read from it.
    """

    threads: int
    level: str | None = None
    bandwidth_gbps: float | None = None
    read_gbps: float | None = None


def speed(
    shape: Shape,
    settings: ServerSettings,
    cores: Cores,
    chips: tuple[Chip, ...] = (),
) -> SpeedEstimate:
    """Tokens per second, before anything was measured here."""
    work, packed = _work(shape, settings, chips), packing_of(shape)
    host = (
        work.host_bytes / 1e9 / gbps + work.host_layers * ms / 1e3
        for gbps, ms in zip(cpu_gbps(cores, packed), LAYER_MS, strict=True)
    )
    gpus = _gpu_seconds(work, chips, packed)
    low, middle, high = (1 / max(1e-9, one + other) for one, other in zip(gpus, host, strict=True))
    found = SpeedEstimate(
        generate_tps=middle,
        low=low,
        high=high,
        prompt_tps=prompt_tps(shape, settings, cores, chips),
        basis=_basis(work, cores, chips),
    )
    return drafting.faster(found, settings)


def cpu_gbps(cores: Cores, packed: Packing = "plain") -> tuple[float, float, float]:
    """GB/s of weights that the cores get through: low, middle, high."""
    core = cores.threads * CORE_GBPS.get(cores.level or "", CORE_GBPS_UNKNOWN)
    core /= CORE_TIMES[packed]
    if cores.read_gbps is not None:
        middle = min(READ_SHARE * cores.read_gbps, core)
        return (1 - SPREAD) * middle, middle, (1 + SPREAD) * middle
    known = cores.bandwidth_gbps
    if known is None:
        cores_of = ((1 - SPREAD) * core, core, (1 + SPREAD) * core)
        low, middle, high = map(min, UNKNOWN_GBPS, cores_of)
        return low, middle, high
    middle = min(_core_share(cores.level, known) * known, core)
    return (1 - SPREAD) * middle, middle, (1 + SPREAD) * middle


def _core_share(level: str | None, gbps: float) -> float:
    """Of what the memory is sold as."""
    narrow, wide = (ARM_SHARE, ARM_WIDE_GBPS) if level == "arm" else (CPU_SHARE, SERVER_GBPS)
    return SERVER_CPU_SHARE if gbps > wide else narrow


def prompt_tps(
    shape: Shape, settings: ServerSettings, cores: Cores, chips: tuple[Chip, ...] = ()
) -> float:
    """Tokens per second of reading a prompt: bound by compute, two operations per value used."""
    homes = layout.homes(settings, len(shape.layers) + shape.heads)
    cpu = PROMPT_SHARE_OF_CORES * cores.threads
    cpu *= CORE_GFLOPS.get(cores.level or "", CORE_GFLOPS_UNKNOWN) * 1e9
    rates = [cpu, *(FAMILIES[chip.family].prompt * chip.bandwidth_gbps * 1e12 for chip in chips)]
    seconds = 0.0
    for weights, home in zip(shape.blocks, homes, strict=False):
        rate = rates[min(home, len(rates) - 1)]
        seconds += 2 * weights.dense_values / rate
        # a GPU gets the experts in main memory copied over and still multiplies them itself
        seconds += 2 * weights.expert_values * used_share(shape) / rate
    return 1 / max(1e-9, seconds)


@dataclass(frozen=True)
class _Work:
    """Bytes read for one token, and layers computed in part at least, on the host and each GPU; there
    a layer counts as many times as its fixed cost is that of a plain one.
    """

    host_bytes: float
    host_layers: int
    gpu_bytes: tuple[float, ...]
    gpu_layers: tuple[float, ...]


def _work(shape: Shape, settings: ServerSettings, chips: tuple[Chip, ...]) -> _Work:
    homes = layout.homes(settings, len(shape.layers) + shape.heads)
    found = [0.0] * (1 + len(layout.shares(settings)))
    short = replace(settings, context=min(settings.context, TYPICAL_DEPTH), slots=1)
    cache = {one: kv_bytes(shape, one, short, 0) for one in set(shape.layers)}
    kept, used = 2 * 4 * sum(state(shape)), used_share(shape)
    rows = zip(shape.layers, shape.blocks, homes, strict=False)
    for at, (layer, weights, home) in enumerate(rows):
        found[home] += weights.dense_bytes + cache[layer]
        if layer.recurrent:
            found[home] += kept
        found[0 if at < settings.cpu_expert_layers else home] += weights.expert_bytes * used
    found[homes[-1]] += shape.ending.dense_bytes
    host = _host_layers(shape, settings, homes)
    return _Work(found[0], host, tuple(found[1:]), _gpu_layers(shape, homes, chips))


def _gpu_layers(shape: Shape, homes: list[int], chips: tuple[Chip, ...]) -> tuple[float, ...]:
    """How many plain layers each chip's layers cost as much as; home 0 is the host."""
    here = list(enumerate(homes[: len(shape.layers)]))
    return tuple(
        sum(_layer_cost(shape, at, FAMILIES[chip.family]) for at, home in here if home == place)
        for place, chip in enumerate(chips, 1)
    )


def _layer_cost(shape: Shape, at: int, kind: Family) -> float:
    cost = 1.0
    if shape.layers[at].recurrent and not shape.arch.startswith(SHORT):
        cost += kind.recurrent
    if shape.blocks[at].expert_bytes:
        cost += kind.experts
    if shape.get("attention.kv_lora_rank"):
        cost += LATENT_COST
    return cost + (GEMMA_COST if shape.arch.startswith("gemma") else 0.0)


def packing_of(shape: Shape) -> Packing:
    """How the weights are packed, as the header tells it.

    Gemma's experts hold their gates and ups as one matrix, and are read like any other weights.
    """
    kept = shape.header.metadata.get("general.file_type")
    apart = shape.get("expert_count") > 0 and not shape.arch.startswith("gemma")
    return packing_of_mixture(kept) if apart else packing(kept)


def _host_layers(shape: Shape, settings: ServerSettings, homes: list[int]) -> int:
    count = settings.cpu_expert_layers
    experts = [at < count and one.expert_bytes > 0 for at, one in enumerate(shape.blocks)]
    return sum(home == 0 or kept for home, kept in zip(homes, experts, strict=False))


def used_share(shape: Shape) -> float:
    """The share of the experts that one token passes through."""
    count = shape.get("expert_count")
    return min(1.0, shape.get("expert_used_count") / count) if count else 1.0


def _gpu_seconds(
    work: _Work, chips: tuple[Chip, ...], packed: Packing
) -> tuple[float, float, float]:
    """That the GPUs spend on a token: most, likely, least."""
    each = [
        _chip_seconds(chip, size, layers, packed)
        for chip, size, layers in zip(chips, work.gpu_bytes, work.gpu_layers, strict=False)
    ]
    spread = max((FAMILIES[chip.family].spread for chip in chips), default=SPREAD)
    most = sum(one * chip.slower for one, chip in zip(each, chips, strict=False))
    least = sum(one / chip.faster for one, chip in zip(each, chips, strict=False))
    return most * (1 + spread), sum(each), least * (1 - spread)


def _chip_seconds(chip: Chip, size: float, layers: float, packed: Packing = "plain") -> float:
    kind = FAMILIES[chip.family]
    fixed = kind.fixed_ms / 1e3 * layers / REFERENCE_LAYERS
    read = size / (kind.share * chip.bandwidth_gbps * 1e9)
    return (read * kind.times(packed) + fixed) * times_of(chip.family, chip.name)


def _basis(work: _Work, cores: Cores, chips: tuple[Chip, ...]) -> str:
    parts = [
        f"bandwidth of {chip.name} ({chip.bandwidth_gbps:g} GB/s)"
        for chip, size in zip(chips, work.gpu_bytes, strict=False)
        if size
    ]
    if work.host_bytes > 0:
        parts.append(f"{cores.threads} cores and {_memory_words(cores)}")
    return "; ".join(parts)


def _memory_words(cores: Cores) -> str:
    if cores.read_gbps:
        return f"memory read at {cores.read_gbps:.0f} GB/s, measured here"
    if cores.bandwidth_gbps:
        return f"memory of {cores.bandwidth_gbps:g} GB/s"
    return f"memory of {UNKNOWN_GBPS[0]:g} to {UNKNOWN_GBPS[-1]:g} GB/s, assumed"


def corrected(found: SpeedEstimate, tps: float, basis: str) -> SpeedEstimate:
    """The estimate with tokens per second that a measurement on this machine told."""
    low, high = (1 - SPREAD_MEASURED) * tps, (1 + SPREAD_MEASURED) * tps
    return replace(found, generate_tps=tps, low=low, high=high, basis=basis)
