"""The engine counts the shared part of the graphics memory too.

Why: AMD graphics in a processor use a small reserved part and a large shared one; the engine
looks at the first alone.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature, Where

PROBLEM = Problem(
    title="The engine counts only the small reserved part of the AMD graphics memory.",
    seen="A computer with 64 to 128 GB is treated as if its graphics had 512 MB, and is skipped.",
    why="AMD graphics in a processor use a small reserved part and a large shared one; the engine looks at the first alone.",
    fixes=(
        Fix(
            "Compare the two parts.",
            (
                "cat /sys/class/drm/card*/device/mem_info_vram_total",
                "cat /sys/class/drm/card*/device/mem_info_gtt_total",
            ),
            proof="cat /sys/class/drm/card*/device/mem_info_gtt_total",
            where=Where(systems=("linux",)),
        ),
        Fix(
            "Update the engine and allow built-in graphics.",
            ("OLLAMA_IGPU_ENABLE=1 ollama serve",),
            proof="ollama ps",
        ),
        Fix(
            "Or raise the reserved part in the firmware's setup, or use llama.cpp with Vulkan.",
            proof="llama-server --list-devices",
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

SIGNATURES = (
    Signature(
        r"unsupported Radeon iGPU detected skipping",
        (
            "unsupported",
            "radeon",
            "igpu",
            "detected",
            "skipping",
        ),
        certainty=0.9,
    ),
    Signature(
        r'(?:amdgpu|amd|rocm|gfx1\d\d\d|radeon).{0,200}total="?(?:512(?:\.0)? MiB|1\.0 GiB|2\.0 GiB|4\.0 GiB)',
        ("total",),
        certainty=0.85,
        also=(r"gfx1151|gfx1150|gfx1103|gfx1035|gfx90c|iGPU|APU|Radeon Graphics",),
    ),
    Signature(
        r"\d+M of VRAM memory ready",
        (
            "of",
            "vram",
            "memory",
            "ready",
        ),
        certainty=0.85,
        also=(r"insufficient|skipping|too little|iGPU",),
        unless=(r"NVIDIA",),
    ),
    Signature(
        r"(?:integrated|iGPU).{0,120}(?:skipping|dropping|ignored|filtered|disabled)",
        ("igpu",),
        certainty=0.88,
    ),
    Signature(
        r"(?:dropping|skipping|ignoring|filtering)\b.{0,40}(?:integrated GPU|iGPU|igpu).{0,80}",
        (
            "integrated",
            "gpu",
        ),
        certainty=0.85,
    ),
    Signature(
        r"OLLAMA_IGPU_ENABLE",
        ("ollama_igpu_enable",),
        certainty=0.8,
        also=(r"skip|drop|disabled|set OLLAMA",),
    ),
)
