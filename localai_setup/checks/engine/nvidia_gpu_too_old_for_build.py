"""The build has code for the NVIDIA card's generation.

Why: The CUDA part of this build holds no code for the card's generation.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature, Where
from ._settings import settings

PROBLEM = Problem(
    title="This build was not made for so old an NVIDIA card.",
    seen="The card is found, but loading a model or its first word fails; newer cards work.",
    why="The CUDA part of this build holds no code for the card's generation.",
    fixes=(
        *settings(
            "Use Ollama's Vulkan part; it drives old cards too.",
            {"OLLAMA_VULKAN": "1", "OLLAMA_LLM_LIBRARY": "vulkan"},
            "vulkan",
            systems=("linux", "windows"),
        ),
        Fix(
            "Or take the Vulkan variant of llama.cpp (github.com/ggml-org/llama.cpp/releases).",
            ("llama-server --list-devices",),
            proof="llama-server --list-devices",
        ),
        Fix(
            "Or build llama.cpp for the card in this computer. CUDA 13 knows no cards before the GTX 16 and RTX 20 series: use a CUDA 12 toolkit for those.",
            (
                "git clone --depth 1 https://github.com/ggml-org/llama.cpp",
                "cmake -S llama.cpp -B llama.cpp/build -DGGML_CUDA=ON -DCMAKE_CUDA_ARCHITECTURES=native",
                "cmake --build llama.cpp/build --config Release",
            ),
            proof="llama.cpp/build/bin/llama-server --list-devices",
            where=Where(systems=("linux",)),
        ),
        Fix(
            "To know which releases fit, see the card's compute capability.",
            ("nvidia-smi --query-gpu=name,compute_cap --format=csv",),
            proof="nvidia-smi",
        ),
    ),
    sources=(
        "https://github.com/ollama/ollama/issues/12341",
        "https://github.com/ollama/ollama/issues/12408",
        "https://github.com/ggml-org/llama.cpp/issues/4215",
        "https://github.com/SciSharp/LLamaSharp/issues/162",
        "https://github.com/ollama/ollama/issues/1992",
        "https://github.com/ollama/ollama/issues/1756",
        "https://github.com/ollama/ollama/pull/1834",
        "https://github.com/LostRuins/koboldcpp/issues/1409",
        "https://github.com/LostRuins/koboldcpp/issues/1362",
    ),
    likelihood=0.7,
    systems=(),
    confused_with=("nvidia-driver-rejects-engine-kernels",),
)

SIGNATURES = (
    Signature(
        r"no kernel image is available for execution on the device",
        ("execution", "available", "kernel"),
        certainty=0.95,
    ),
    Signature(r"CUDA GPU is too old\b", ("cuda", "old", "gpu"), certainty=0.97),
    Signature(
        r"has no device code compatible with CUDA arch",
        ("compatible", "device", "cuda"),
        certainty=0.97,
    ),
    Signature(r"CUDA_ERROR_NO_BINARY_FOR_GPU", ("cuda_error_no_binary_for_gpu",), certainty=0.92),
    Signature(
        r"cudaErrorNoKernelImageForDevice", ("cudaerrornokernelimagefordevice",), certainty=0.92
    ),
    Signature(
        r"with CUDA capability sm_\d+ is not compatible with the current PyTorch installation",
        ("installation", "capability", "compatible"),
        certainty=0.93,
    ),
    Signature(r"which is of cuda capability \d", ("capability", "which", "cuda"), certainty=0.9),
    Signature(
        r"PyTorch no longer supports this GPU because it is too old",
        ("supports", "because", "pytorch"),
        certainty=0.93,
    ),
    Signature(
        r"compute capability\b.{0,6}\d\.\d\b.{0,80}(?:not supported|unsupported|too old|below the minimum|less than|lower than)",
        ("capability", "compute"),
        certainty=0.88,
        unless=(r"bfloat16|below 7\.0",),
    ),
    Signature(
        r"(?:skipping|ignoring|filtering|dropping)\b.{0,120}compute capability\b",
        ("capability",),
        certainty=0.85,
        unless=(r"verifying",),
    ),
    Signature(
        r"(?:CUDA|compute) capability\b.{0,60}(?:requires?|need(?:s|ed)?|at least|minimum)\b.{0,40}\d\.\d",
        ("capability",),
        certainty=0.8,
        unless=(r"bfloat16|bf16|fp8|FlashAttention|flash",),
    ),
    Signature(
        r"unsupported gpu architecture .compute_[2-7]\d\b",
        ("architecture", "unsupported", "gpu"),
        certainty=0.85,
    ),
    Signature(
        r"compute capability (?:lower|less|smaller) than \d\.\d",
        ("compute", "capability", "than"),
        certainty=0.85,
        unless=(r"bfloat16|bf16|fp8|flash",),
    ),
    Signature(
        r"Value 'sm_[2-7]\d' is not defined for option 'gpu-name'",
        ("value", "defined", "option", "gpu", "name"),
        certainty=0.88,
    ),
    Signature(
        r"could not determine compute capability for CUDA device\b",
        ("determine", "compute", "capability", "cuda"),
        certainty=0.6,
        also=(r"CUDA error",),
    ),
)
