"""The engine counts the shared part of the graphics memory too.

Why: AMD graphics in a processor use a small reserved part and a large shared one; the engine
looks at the first alone.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature, Where
from ..engine._settings import settings

PROBLEM = Problem(
    title="The engine counts only the small reserved part of the AMD graphics memory.",
    seen="A computer with 64 to 128 GB is treated as if its graphics had 512 MB, and is skipped.",
    why="AMD graphics in a processor use a small reserved part and a large shared one; the engine looks at the first alone.",
    fixes=(
        *settings(
            "Allow built-in graphics, with a current Ollama.",
            {"OLLAMA_IGPU_ENABLE": "1"},
            "igpu",
            systems=("linux",),
        ),
        Fix(
            "If Ollama is old, update it first (its own installer; models stay).",
            ("curl -fsSL https://ollama.com/install.sh | sh",),
            needs_root=True,
            proof="ollama --version",
            where=Where(systems=("linux",), container=False),
        ),
        Fix(
            "Or use llama.cpp with Vulkan, which counts the shared part; see what it lists.",
            ("llama-server --list-devices",),
            proof="llama-server --list-devices",
            where=Where(systems=("linux",)),
        ),
        Fix(
            "Or raise the part that the firmware's setup sets aside for the graphics (UMA or VRAM size). These two show both parts in bytes.",
            (
                "cat /sys/class/drm/card*/device/mem_info_vram_total",
                "cat /sys/class/drm/card*/device/mem_info_gtt_total",
            ),
            reboot=True,
            proof="cat /sys/class/drm/card*/device/mem_info_vram_total",
            where=Where(systems=("linux",), container=False),
        ),
    ),
    sources=(
        "https://github.com/ollama/ollama/issues/12062",
        "https://github.com/ollama/ollama/issues/13681",
        "https://github.com/ollama/ollama/issues/9184",
    ),
    likelihood=0.4,
    systems=("linux",),
    confused_with=("amd-apu-gtt-limit",),
)

#: a unit that is left out is no trouble where the engine works on another
WORKS = (r"inference compute.{0,200}library=\"?(?:rocm|hip|cuda|vulkan)",)

SIGNATURES = (
    # PyTorch on a unit of which it counts the reserved part; no separate card is as small
    Signature(
        r"HIP out of memory.{0,200}(?:total capacity of (?:\d{3,4}\.\d\d MiB|[12]\.00 GiB)|(?:\d{3,4}\.\d\d MiB|[12]\.00 GiB) total capacity)",
        ("memory", "total", "capacity"),
        certainty=0.95,
    ),
    Signature(
        r"found 1 ROCm devices? \(Total VRAM: (?:\d{3}|1\d{3}|20\d\d) MiB\)",
        ("found", "rocm", "vram", "total"),
        certainty=0.88,
    ),
    Signature(
        r"VRAM Total Memory \(B\): (?:268435456|536870912|1073741824|2147483648)\b",
        ("vram", "total", "memory"),
        certainty=0.82,
        unless=(r"VRAM Total Memory \(B\): (?:[3-9]\d{9}|\d{11,})",),
    ),
    Signature(
        r"unsupported Radeon iGPU detected skipping\b",
        ("unsupported", "detected", "skipping"),
        certainty=0.93,
        unless=WORKS,
    ),
    Signature(
        r"appears to be an iGPU with \d{1,7}M reported total memory, skipping",
        ("skipping", "reported", "appears"),
        certainty=0.95,
        unless=WORKS,
    ),
    Signature(
        r"iGPU detected \[\d+\] skipping\b",
        ("detected", "skipping", "igpu"),
        certainty=0.93,
        unless=WORKS,
    ),
    Signature(
        r"dropping integrated GPU; to enable, set OLLAMA_IGPU_ENABLE",
        ("ollama_igpu_enable", "integrated", "dropping"),
        certainty=0.93,
        unless=(r"Intel|oneapi", *WORKS),
    ),
    Signature(
        r'(?:amdgpu|amd|rocm|gfx1\d\d\d|radeon)\b(?!.{0,200}skipping).{0,200}\btotal="?(?:512(?:\.0)? MiB|1\.0 GiB|2\.0 GiB|4\.0 GiB)',
        ("total",),
        certainty=0.87,
        also=(r"gfx115\d|gfx1103|gfx1035|gfx90c|iGPU|\bAPU\b|Radeon Graphics|Strix",),
    ),
    Signature(
        r"\b\d{1,7}M of VRAM memory ready",
        ("memory", "ready", "vram"),
        certainty=0.87,
        also=(r"insufficient|skipping|too little|dropping",),
        unless=(r"NVIDIA", *WORKS),
    ),
    Signature(
        r"mem_info_vram_total\b[\s\S]{0,40}?\b(?:536870912|268435456|1073741824|2147483648|4294967296)\b",
        ("mem_info_vram_total",),
        certainty=0.8,
        lines=3,
    ),
    Signature(
        r"\biGPU\b.{0,120}(?:skipping|dropping|ignored|filtered|disabled)\b",
        ("igpu",),
        certainty=0.88,
        unless=(r"Intel|oneapi", *WORKS),
    ),
    Signature(
        r"(?:dropping|skipping|ignoring|filtering)\b.{0,40}\bintegrated GPU\b",
        ("integrated", "gpu"),
        certainty=0.85,
        unless=(r"Intel|oneapi", *WORKS),
    ),
    Signature(
        r"OLLAMA_IGPU_ENABLE\b",
        ("ollama_igpu_enable",),
        certainty=0.8,
        also=(r"skip|drop|disabled|set OLLAMA",),
        unless=(r"Intel|oneapi", *WORKS),
    ),
)
