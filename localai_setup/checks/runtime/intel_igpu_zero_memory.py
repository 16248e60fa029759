"""The engine counts memory for the built-in Intel graphics.

Why: Built-in graphics share the computer's memory and report none of their own, so the engine's
planner leaves them out.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature
from ..engine._settings import settings

PROBLEM = Problem(
    title="The engine sees the built-in Intel graphics but thinks that it has no memory.",
    seen="The Intel device is listed, yet everything runs on the processor.",
    why="Built-in graphics share the computer's memory and report none of their own, so the engine's planner leaves them out.",
    fixes=(
        *settings(
            "Use a current Ollama with its Vulkan part, and allow built-in graphics.",
            {"OLLAMA_VULKAN": "1", "OLLAMA_IGPU_ENABLE": "1"},
            "igpu",
            systems=("linux", "windows"),
        ),
        Fix(
            "Or use llama.cpp with Vulkan or SYCL directly; it takes the shared memory.",
            ("llama-server --list-devices",),
            proof="llama-server --list-devices",
        ),
    ),
    sources=(
        "https://github.com/ollama/ollama/issues/1590",
        "https://github.com/ollama/ollama/pull/3796",
    ),
    likelihood=0.6,
    confused_with=("intel-gpu-stack-too-old", "model-partly-on-cpu"),
)

NOTHING_ELSE = r"library=\"?cpu\b|id=cpu\b|total_vram=\"?0 B|no compatible GPUs"

SIGNATURES = (
    Signature(
        r"OneAPI unsupported integrated GPU detected",
        ("oneapi", "unsupported", "integrated"),
        certainty=0.97,
    ),
    Signature(
        r"library=\"?(?:oneapi|sycl|vulkan|level.?zero)\"?\s.{0,300}total=\"?0 B\"?",
        ("library", "total"),
        certainty=0.95,
    ),
    Signature(
        r"inference compute.{0,200}Intel\(R\).{0,120}total=\"?0 B\"?",
        ("inference", "intel", "total"),
        certainty=0.95,
    ),
    Signature(
        r"dropping integrated GPU.{0,400}Intel",
        ("dropping", "integrated"),
        certainty=0.94,
        lines=6,
        also=(NOTHING_ELSE,),
    ),
    Signature(
        r"dropping integrated GPU.{0,300}OLLAMA_IGPU_ENABLE",
        ("dropping", "integrated"),
        certainty=0.85,
        also=(NOTHING_ELSE,),
        unless=(r"AMD|Radeon|ROCm\d|library=\"?(?:CUDA|ROCm)\b",),
    ),
    Signature(
        r"discovered 0 Level-Zero memory modules",
        ("discovered", "modules"),
        certainty=0.95,
    ),
    Signature(
        r"\[\d{1,4}(?::\d{0,4})?\] oneAPI (?:total|free) ?mem(?:ory)?:?\s+0\b",
        ("oneapi",),
        certainty=0.9,
    ),
    Signature(
        r"Intel\(R\)[^|\n]{0,60}(?:UHD|Iris|HD) Graphics[^\n]{0,120}\(0 ?MiB\b",
        ("intel", "graphics", "mib"),
        certainty=0.88,
    ),
    Signature(
        r"ext_intel_free_memory is not supported",
        ("ext_intel_free_memory",),
        certainty=0.82,
    ),
)
