"""The engine has graphics code for this Mac's chip.

Why: Ready-made builds carry graphics code for Apple chips only.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature

PROBLEM = Problem(
    title="On this Intel Mac the engine can only use the processor.",
    seen="An Intel iMac or MacBook, with AMD or Intel graphics, computes everything on the processor.",
    why="Ready-made builds carry graphics code for Apple chips only.",
    fixes=(
        Fix(
            "Stay on the processor and pick a small model.",
            ("ollama run llama3.2:1b",),
            proof="ollama ps",
        ),
        Fix(
            "Or build llama.cpp with Vulkan (through MoltenVK) for an AMD chip.",
            (
                "cmake -B build -DGGML_METAL=OFF -DGGML_VULKAN=ON",
                "cmake --build build --config Release",
            ),
            proof="build/bin/llama-server --list-devices",
        ),
    ),
    sources=(
        "https://github.com/ollama/ollama/issues/1016",
        "https://github.com/ollama/ollama/issues/10660",
        "https://github.com/ollama/ollama/issues/10715",
        "https://github.com/ollama/ollama/issues/8256",
        "https://github.com/ollama/ollama/issues/8694",
        "https://github.com/ollama/ollama/issues/12217",
    ),
    likelihood=0.5,
    systems=("macos",),
    confused_with=(
        "engine-build-cpu-only",
        "cpu-wrong-architecture-binary",
    ),
)

SIGNATURES = (
    Signature(
        r"bad CPU type in executable",
        (
            "bad",
            "cpu",
            "type",
            "in",
            "executable",
        ),
        certainty=0.97,
        also=(r"metal|runner|ollama",),
    ),
    Signature(
        r"Chipset Model:\s*(?:AMD |Radeon|Intel )",
        (
            "chipset",
            "model",
        ),
        certainty=0.8,
    ),
    Signature(
        r"not compiled with GPU offload support.{0,60}n-gpu-layers",
        (
            "not",
            "compiled",
            "with",
            "gpu",
            "offload",
            "layers",
        ),
        certainty=0.93,
    ),
    Signature(
        r"Metal.{0,40}not supported on (?:this )?(?:Intel|x86_64|amd64)",
        (
            "supported",
            "on",
        ),
        certainty=0.93,
    ),
    Signature(
        r"(?:Intel Macs?|x86_64 macOS|darwin[/_-]amd64).{0,60}(?:GPU|Metal).{0,40}(?:not supported|unsupported|disabled)",
        ("gpu",),
        certainty=0.9,
    ),
    Signature(
        r"ggml_metal_init: error: .{0,80}|ggml_metal_init: (?:picking default|found) device: (?:AMD|Intel).*",
        ("ggml_metal_init",),
        certainty=0.9,
        also=(r"Intel|AMD Radeon",),
        unless=(r"Apple M\d",),
    ),
)
