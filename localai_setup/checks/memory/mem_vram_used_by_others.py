"""The card has the free memory that the model needs.

Why: Desktop, browser, an image generator or a stale engine hold memory on the card; some AMD
cards do not tell what is free.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature

PROBLEM = Problem(
    title="Other programs hold the graphics card's memory.",
    seen="Loading crashes for lack of graphics memory, though it should have fitted.",
    why="Desktop, browser, an image generator or a stale engine hold memory on the card; some AMD cards do not tell what is free.",
    fixes=(
        Fix(
            "See who uses the card, and stop it.",
            (
                "nvidia-smi",
                "sudo fuser -v /dev/nvidia0",
            ),
            needs_root=True,
            proof="nvidia-smi",
        ),
        Fix(
            "Keep some memory in reserve, or use less context.",
            ("OLLAMA_GPU_OVERHEAD=1073741824 OLLAMA_CONTEXT_LENGTH=4096 ollama serve",),
            proof="nvidia-smi",
        ),
    ),
    sources=(
        "https://github.com/ollama/ollama/issues/3765",
        "https://github.com/ollama/ollama/issues/9782",
        "https://github.com/ollama/ollama/issues/8377",
        "https://github.com/ollama/ollama/issues/8825",
        "https://github.com/ollama/ollama/issues/618",
    ),
    likelihood=0.7,
    systems=(),
    confused_with=(
        "model-partly-on-cpu",
        "vllm-gpu-already-occupied",
    ),
)

SIGNATURES = (
    Signature(
        r"(?:cudaMalloc|hipMalloc|cuMemCreate|cuMemAlloc)\w* failed: out of memory",
        (
            "failed",
            "out",
            "of",
            "memory",
        ),
        certainty=0.9,
    ),
    Signature(
        r"gpu VRAM usage didn.t recover within timeout",
        (
            "recover",
            "within",
            "timeout",
            "vram",
        ),
        certainty=0.95,
    ),
    Signature(
        r"CUDA error: out of memory",
        (
            "cuda",
            "error",
            "out",
            "of",
            "memory",
        ),
        certainty=0.9,
    ),
    Signature(
        r"(?:CUDA|HIP) out of memory\. Tried to allocate",
        (
            "out",
            "of",
            "memory",
            "tried",
            "to",
            "allocate",
        ),
        certainty=0.88,
    ),
    Signature(
        r"(?:CUDA|ROCm|HIP) error:? (?:2\b|out of memory)",
        ("error",),
        certainty=0.85,
        also=(r"out of memory",),
    ),
    Signature(
        r"hipErrorOutOfMemory|CUDA_ERROR_OUT_OF_MEMORY|CUBLAS_STATUS_ALLOC_FAILED",
        ("cuda_error_out_of_memory",),
        certainty=0.85,
    ),
    Signature(r"hipErrorOutOfMemory", ("hiperroroutofmemory",), certainty=0.85),
    Signature(r"CUBLAS_STATUS_ALLOC_FAILED", ("cublas_status_alloc_failed",), certainty=0.85),
    Signature(
        r"(?:unable to allocate|failed to allocate) (?:CUDA|ROCm|Vulkan|HIP|SYCL)\d* ?(?:KV )?(?:buffer)?",
        ("allocate",),
        certainty=0.85,
    ),
    Signature(
        r"ErrorOutOfDeviceMemory",
        ("erroroutofdevicememory",),
        certainty=0.85,
        unless=(r"gfx1151|Strix|780M|8060S",),
    ),
    Signature(
        r"Device memory allocation of size \d+ failed",
        (
            "device",
            "memory",
            "allocation",
            "of",
            "size",
            "failed",
        ),
        certainty=0.85,
    ),
    Signature(
        r"graph_reserve: failed to allocate compute buffers",
        (
            "graph_reserve",
            "failed",
            "to",
            "allocate",
            "compute",
            "buffers",
        ),
        certainty=0.8,
        unless=(r"metal",),
    ),
)
