"""Families of graphics chips that behave alike, and to which of them a chip belongs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from .unpacking import Packing

#: layers of the 7B model that the fixed costs were measured with
REFERENCE_LAYERS = 32
#: Of choosing among experts, and of reading matrices too small to keep all of the memory busy: fitted on 20
#: rows of all families, and once more where three rows of llama.cpp itself are more than 10 % off (Apple).
EXPERTS_COST, EXPERTS_COST_METAL = 0.35, 1.0
#: Of a recurrent state, likewise; each backend has kernels of its own for it: one cost for all was too much
#: by CUDA on graphics cards and too little on Apple's chips and by Vulkan (50 rows that were looked at).
RECURRENT_COST, RECURRENT_CUDA, RECURRENT_METAL, RECURRENT_VULKAN = 0.7, 0.3, 1.5, 1.1
#: compute capabilities, as far as they differ in speed from Ada and Blackwell cards
MAXWELL = 5
NVIDIA_AMPERE = {"8.6", "8.7"}
NVIDIA_HOPPER = {"9.0", "10.0", "10.3"}
NVIDIA_OLD = {"5.0", "5.2", "5.3"}
#: by capability, where a generation is a family of its own
NVIDIA_ALONE = {
    "6.0": "nvidia-p100", "6.1": "nvidia-pascal", "6.2": "nvidia-pascal", "7.0": "nvidia-volta",
    "7.2": "nvidia-volta", "7.5": "nvidia-turing", "8.0": "nvidia-stacked", "12.1": "nvidia-shared",
}  # fmt: skip
#: Families whose memory outruns what one token's kernels ask of it, or is shared with the processor
MEMORY_IS_WIDE = {"nvidia-stacked", "nvidia-hopper", "nvidia-volta", "nvidia-shared"}
#: Vulkan's shaders multiply small integers from here on.
VULKAN_INTEGERS = 7
#: AMD before RDNA (GCN: HD 7000 to Radeon VII), cards only: 64 lanes wide and few registers for each
GCN = re.compile(r"gfx(?:[678]\d\d|900|906)\b")
#: AMD's processors with graphics, but the wide one of which all memory is soldered (gfx1151)
AMD_SHARED = re.compile(r"gfx(?:902|909|90c|103[3-6]|1103|115[023])\b")


@dataclass(frozen=True)
class Family:
    """Chips that behave alike.

    `share` of the bandwidth is reached, `fixed_ms` is spent per token on REFERENCE_LAYERS layers;
    `prompt` is the prompt speed in TFLOP/s for each GB/s of bandwidth; `spread` the error's range; `slow`
    is how many times as long a byte of a packing takes as one of a plain quantization. Where a packing is
    not named, no row tells of it or it costs nothing (a 4090 reads IQ4_XS as fast as Q4_0). `experts` is
    what a layer with experts costs beside a plain one, `recurrent` one with a recurrent state, in layers.
    """

    name: str
    share: float
    fixed_ms: float
    prompt: float
    spread: float = 0.15
    slow: Mapping[Packing, float] = field(default_factory=dict)
    experts: float = EXPERTS_COST
    recurrent: float = RECURRENT_COST

    def times(self, packed: Packing) -> float:
        """How many times as long a byte of this packing takes."""
        plain = self.slow.get("unpacked", 1.0) if packed == "raw-experts" else 1.0
        return self.slow.get(packed, plain)


#: M2 Max: IQ4_XS 53.9 beside Q4_0 63.1 tokens/s (llama.cpp #5747); M1 Max and M4 with Q3 files of 27 billion
#: parameters (#27525, sudoingX/qwen38-mtp). IQ1 to IQ3 are a guess: no row of Metal tells of them.
METAL: Mapping[Packing, float] = {"small-tables": 1.2, "three-bits": 1.25, "tables": 1.4}

#: Three bits: an RTX 5070 Ti and a 5060 Ti, five rows of 27 billion parameters (1.11 to 1.27 times too fast
#: without); an R9700 by Vulkan, one row. Two bits: the same two cards with 35 billion (1.25 and 1.35 times), an
#: RTX 3090 with 27 (1.10) and a Radeon 8060S with 8 (1.08).
CUDA_FEW_BITS: Mapping[Packing, float] = {"two-bits": 1.3, "three-bits": 1.2}
#: Experts in BF16: Vulkan's shaders read them a third as fast as what every token passes through (a Radeon
#: 8060S with Qwen3.6-35B-A3B and GLM-4.7-Flash, 2.8 and 2.9 times too fast without).
VULKAN_NVIDIA: Mapping[Packing, float] = {"tables": 1.15, "two-bits": 1.1, "three-bits": 1.1}
VULKAN: Mapping[Packing, float] = {**VULKAN_NVIDIA, "raw-experts": 3.1}
VULKAN_RDNA4: Mapping[Packing, float] = {**VULKAN, "three-bits": 1.5}

#: Fitted by `benchmarks/published_speeds.py` on llama.cpp discussions 4167 (Metal), 15013 (CUDA), 15021
#: (ROCm), 10879 (Vulkan), two thirds of `tests/measured/community_speeds.csv` and the rows of `gathered`,
#: `further` and `wider_speeds.csv` there that were not held back. The spread holds nine in ten of the rows;
#: where there are fewer than four, it says how little that is. What a packing costs on Vulkan and ROCm:
#: llama.cpp #16900 (Radeon 8060S) and #11595 (780M, IQ3_XXS).
FAMILIES = {
    one.name: one
    for one in (
        Family("apple", 0.85, 2.4, 0.022, 0.2, METAL, EXPERTS_COST_METAL, RECURRENT_METAL),
        # mixtures on an M5, an M5 Pro and an M5 Max cost no more than elsewhere (seven rows, 0.76 to 1.05)
        Family("apple-m5", 0.83, 2.2, 0.022, 0.2, METAL, EXPERTS_COST, 1.1),
        Family("apple-ultra", 0.87, 4.7, 0.019, 0.23, METAL),
        # 32 cores of 1.3 GHz for 400 GB/s: unpacking four bits keeps them busy longer than reading does
        Family("apple-m1-large", 0.57, 4.0, 0.019, 0.23, METAL, EXPERTS_COST_METAL),
        Family("nvidia", 0.89, 1.32, 0.125, 0.17, CUDA_FEW_BITS, recurrent=RECURRENT_CUDA),
        # experts as dear as on Apple's chips, with the same kind of memory (GB10: 14 rows of mixtures)
        Family("nvidia-shared", 0.74, 1.0, 0.125, 0.2, experts=0.9),
        Family(
            "nvidia-ampere",
            0.87,
            2.0,
            0.08,
            0.2,
            {"tables": 1.3, "two-bits": 1.15},
            0.8,
            RECURRENT_CUDA,
        ),
        Family("nvidia-turing", 0.87, 2.4, 0.06, 0.18),
        # a kernel of one token has too few rows to keep so much memory busy (A30 and A100: 18 rows; H100, H200,
        # B300: 26)
        Family("nvidia-stacked", 0.51, 2.6, 0.06, 0.23, experts=0.7, recurrent=RECURRENT_CUDA),
        Family("nvidia-hopper", 0.47, 2.0, 0.06, 0.23, experts=0.6),
        # V100: ten rows, most before its kernels were launched as one graph
        Family("nvidia-volta", 0.87, 4.0, 0.06, 0.2, recurrent=RECURRENT_CUDA),
        # every kernel is launched on its own (GTX 1080, P40: nine rows)
        Family("nvidia-pascal", 0.73, 5.2, 0.06, 0.23),
        # no instruction multiplies four small integers at once (P100: four rows)
        Family("nvidia-p100", 0.29, 4.7, 0.03, 0.23),
        Family("nvidia-older", 0.73, 2.4, 0.06, 0.23),
        Family("nvidia-kepler", 0.25, 5.0, 0.008, 0.5),
        Family("amd-rdna", 0.84, 3.2, 0.05, 0.23, {"three-bits": 1.3}),
        Family("amd-rdna4", 0.94, 3.0, 0.10, 0.2, {"three-bits": 1.3}, recurrent=RECURRENT_CUDA),
        Family("amd-instinct", 0.51, 2.9, 0.025, 0.23),
        # stacked memory that 60 units of 1.7 GHz read faster than they unpack it (MI50: five rows)
        Family("amd-gcn", 0.37, 2.9, 0.025, 0.23, {"unpacked": 0.63}),
        Family("vulkan", 0.89, 2.0, 0.06, 0.2, VULKAN, recurrent=RECURRENT_VULKAN),
        # modules shared with the processor, and few watts (780M, 890M, 740M: seven rows, 1.1 to 2.3 times too
        # fast if they reached what cards do)
        Family("vulkan-shared", 0.60, 2.0, 0.03, 0.23, VULKAN, recurrent=RECURRENT_VULKAN),
        Family("vulkan-nvidia", 0.95, 2.1, 0.06, 0.2, VULKAN_NVIDIA, recurrent=RECURRENT_VULKAN),
        Family("vulkan-rdna4", 0.95, 1.8, 0.06, 0.23, VULKAN_RDNA4, 1.0, RECURRENT_VULKAN),
        Family("vulkan-gcn", 0.75, 4.1, 0.02, 0.23, VULKAN, recurrent=RECURRENT_VULKAN),
        Family("vulkan-pascal", 0.36, 0.7, 0.02, 0.2),
        Family("intel", 0.51, 4.5, 0.015, 0.5),
        # five rows of two cards, one of which writes a fifth of that
        Family("intel-alchemist", 0.32, 4.0, 0.005, 0.5),
        Family("intel-alchemist-vulkan", 0.38, 2.9, 0.005, 0.5),
        # Two cards: 14 rows of SYCL, which has no fast way with BF16; eight of Vulkan, whose shaders unpack
        # more slowly than they read and wait long between the many small steps of experts
        Family("intel-battlemage", 0.72, 3.0, 0.010, 0.3, {"unpacked": 4.7}, 0.9),
        Family("intel-battlemage-vulkan", 0.54, 3.4, 0.010, 0.4, {"unpacked": 0.62}, 3.4, 1.3),
        # That was Mesa's driver. Intel's own, on Windows, lets a B70 write as other cards do by Vulkan: one row,
        # and two owners who have both systems (llama.cpp #24005 and #22413, where it reads 2352 tokens of a prompt)
        Family(
            "intel-battlemage-windows", 0.86, 2.0, 0.015, 0.4, VULKAN, recurrent=RECURRENT_VULKAN
        ),
    )
}


def family(
    vendor: str, backend: str, name: str = "", target: str | None = None, system: str = ""
) -> str:
    """The family of a GPU; `target` is its compute capability or gfx target, `system` that of its driver."""
    if vendor == "apple":
        return _apple(name)
    if vendor == "intel":
        return _intel(name, backend, system)
    if backend == "vulkan":
        return _vulkan(vendor, target or "")
    if vendor == "amd":
        return _amd(name, target or "")
    if vendor == "nvidia":
        return _nvidia(target)
    return "vulkan"


def _apple(name: str) -> str:
    if re.search(r"\bM1 (?:Max|Ultra)\b", name):
        return "apple-m1-large"
    if "Ultra" in name:
        return "apple-ultra"
    return "apple-m5" if re.search(r"\bM5\b", name) else "apple"


def _vulkan(vendor: str, target: str) -> str:
    """By generation: what the shaders can use of a card differs more than the drivers do."""
    if vendor == "nvidia" and _major(target):
        return _vulkan_nvidia(target)
    if vendor == "amd" and target.startswith("gfx12"):
        return "vulkan-rdna4"
    if vendor == "amd" and AMD_SHARED.match(target):
        return "vulkan-shared"
    return "vulkan-gcn" if vendor == "amd" and GCN.match(target) else "vulkan"


def _vulkan_nvidia(capability: str) -> str:
    """Where CUDA cannot keep the memory busy, Vulkan cannot either."""
    if _major(capability) < VULKAN_INTEGERS:
        return "vulkan-pascal"
    kind = _nvidia(capability)
    return kind if kind in MEMORY_IS_WIDE else "vulkan-nvidia"


def _intel(name: str, backend: str, system: str) -> str:
    """Cards by the letter of their generation; processors' own graphics are none of them."""
    card = re.search(r"\bArc\b.*?\b(?:Pro )?([AB])\d{2,3}", name)
    if card is None:
        return "intel"
    kind = "intel-alchemist" if card[1] == "A" else "intel-battlemage"
    if backend != "vulkan":
        return kind
    has_own = card[1] == "B" and system == "Windows"
    return f"{kind}-windows" if has_own else f"{kind}-vulkan"


def _amd(name: str, gfx: str) -> str:
    if GCN.match(gfx):
        return "amd-gcn"
    if "Instinct" in name or gfx.startswith(("gfx90", "gfx94", "gfx95")):
        return "amd-instinct"
    return "amd-rdna4" if gfx.startswith("gfx12") else "amd-rdna"


def _nvidia(capability: str | None) -> str:
    """By compute capability."""
    if not _major(capability):
        return "nvidia"
    if _major(capability) < MAXWELL:
        return "nvidia-kepler"
    if capability in NVIDIA_AMPERE:
        return "nvidia-ampere"
    if capability in NVIDIA_HOPPER:
        return "nvidia-hopper"
    kind = NVIDIA_ALONE.get(capability or "", "nvidia")
    return "nvidia-older" if capability in NVIDIA_OLD else kind


def _major(capability: str | None) -> int:
    """Of a compute capability; 0 of anything else."""
    found = re.fullmatch(r"(\d+)\.\d+", capability or "")
    return int(found[1]) if found else 0
