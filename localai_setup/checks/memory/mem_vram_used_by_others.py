"""The card has the free memory that the model needs.

Why: Desktop, browser, an image generator or a stale engine hold memory on the card; some AMD
cards do not tell what is free.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature, Where
from ..engine._settings import settings

UNSAVED = "A program that is stopped loses what it has not saved."

PROBLEM = Problem(
    title="Other programs hold the graphics card's memory.",
    seen="Loading crashes for lack of graphics memory, though it should have fitted.",
    why="Desktop, browser, an image generator or a stale engine hold memory on the card; some AMD cards do not tell what is free.",
    fixes=(
        Fix(
            "See who uses the card, then close that program, or end it by its number with `kill NUMBER`. For a model that Ollama holds: `ollama stop NAME`.",
            ("nvidia-smi", "ollama ps"),
            loses=UNSAVED,
            proof="nvidia-smi",
            where=Where(systems=("linux",)),
        ),
        Fix(
            "The same for programs that it does not list (of other users, or on AMD and Intel cards).",
            ("sudo fuser -v /dev/nvidia* /dev/kfd /dev/dri/renderD*",),
            needs_root=True,
            loses=UNSAVED,
            proof="cat /sys/class/drm/card*/device/mem_info_vram_used",
            where=Where(systems=("linux",), container=False),
        ),
        Fix(
            "In the task manager see who uses the card (Details, column: dedicated GPU memory), and close it. For a model that Ollama holds: `ollama stop NAME`.",
            ("ollama ps",),
            loses=UNSAVED,
            proof="ollama ps",
            where=Where(systems=("windows",)),
        ),
        *settings(
            "Keep 1 GiB of the card in reserve and use less context (both are examples).",
            {"OLLAMA_GPU_OVERHEAD": "1073741824", "OLLAMA_CONTEXT_LENGTH": "4096"},
            "reserve",
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
        r"can't allocate \d{1,15} Bytes of memory on device",
        ("allocate", "bytes", "memory", "device"),
        certainty=0.88,
    ),
    Signature(
        r"memory layout cannot be allocated with num_gpu",
        ("memory", "layout", "num_gpu"),
        certainty=0.86,
    ),
    Signature(
        r"(?:CUDA|GPU)(?:\(\d\))? (?:ran )?out of memory\b", ("out", "of", "memory"), certainty=0.85
    ),
    Signature(
        r"VK_ERROR_OUT_OF_DEVICE_MEMORY\b", ("vk_error_out_of_device_memory",), certainty=0.87
    ),
    Signature(
        r"(?:cudaMalloc|hipMalloc|cuMemCreate|cuMemAlloc)\w{0,20}\b.{0,10}failed: out of memory",
        ("memory", "out", "of"),
        certainty=0.92,
    ),
    Signature(
        r"VRAM usage didn.t recover within timeout",
        ("timeout", "recover", "within"),
        certainty=0.96,
    ),
    Signature(r"CUDA error: out of memory\b", ("memory", "cuda", "out"), certainty=0.92),
    Signature(
        r"CUDA out of memory\. Tried to allocate", ("allocate", "memory", "tried"), certainty=0.92
    ),
    Signature(
        r"HIP out of memory\. Tried to allocate", ("allocate", "memory", "tried"), certainty=0.92
    ),
    Signature(r"torch\.(?:cuda\.)?OutOfMemoryError\b", ("torch",), certainty=0.9),
    Signature(r"(?:ROCm|HIP) error:? out of memory\b", ("memory", "out", "of"), certainty=0.9),
    Signature(r"CUDA error:? 2\b", ("cuda", "2"), certainty=0.85, also=(r"out of memory",)),
    Signature(r"hipErrorOutOfMemory\b", ("hiperroroutofmemory",), certainty=0.9),
    Signature(r"CUDA_ERROR_OUT_OF_MEMORY\b", ("cuda_error_out_of_memory",), certainty=0.9),
    Signature(r"cudaErrorMemoryAllocation\b", ("cudaerrormemoryallocation",), certainty=0.88),
    Signature(r"CUBLAS_STATUS_ALLOC_FAILED\b", ("cublas_status_alloc_failed",), certainty=0.88),
    Signature(
        r"CUBLAS_STATUS_NOT_INITIALIZED\b", ("cublas_status_not_initialized",), certainty=0.7
    ),
    Signature(r"CUDA error \d+ at \S+: out of memory", ("memory", "cuda", "out"), certainty=0.9),
    Signature(
        r"(?:unable|failed) to allocate (?:CUDA|ROCm|Vulkan|HIP|SYCL)\d* ?(?:KV )?(?:buffer|device)?\b",
        ("allocate", "to"),
        certainty=0.88,
    ),
    Signature(
        r"ErrorOutOfDeviceMemory\b",
        ("erroroutofdevicememory",),
        certainty=0.87,
        unless=(r"gfx1151|Strix|780M|890M|8060S",),
    ),
    Signature(
        r"Device memory allocation of size \d+ failed\b",
        ("allocation", "device", "memory"),
        certainty=0.88,
        unless=(r"gfx1151|Strix|780M|890M|8060S",),
    ),
    Signature(
        r"Requested buffer size exceeds device (?:memory allocation|buffer size) limit",
        ("requested", "exceeds", "device"),
        certainty=0.8,
    ),
    Signature(
        r"UR_RESULT_ERROR_OUT_OF_DEVICE_MEMORY\b",
        ("ur_result_error_out_of_device_memory",),
        certainty=0.88,
    ),
    Signature(
        r"graph_reserve: failed to allocate compute buffers\b",
        ("graph_reserve", "allocate", "compute"),
        certainty=0.82,
        unless=(r"[Mm]etal|kIOGPU",),
    ),
    Signature(
        r"failed to allocate compute (?:pp|tg|buffers?)\b",
        ("allocate", "compute", "failed"),
        certainty=0.8,
        unless=(r"[Mm]etal|kIOGPU",),
    ),
    Signature(
        r"llama-server reported out-of-memory during startup\b",
        ("reported", "startup", "during"),
        certainty=0.88,
    ),
    Signature(
        r"failed to allocate buffer for kv cache\b",
        ("allocate", "buffer", "cache"),
        certainty=0.75,
        unless=(r"[Mm]etal|CPU",),
    ),
    Signature(
        r"runtime OOM detected; expiring loaded models\b",
        ("expiring", "detected", "runtime"),
        certainty=0.9,
    ),
    Signature(
        r"unable to accurately report free memory\b",
        ("accurately", "unable", "memory"),
        certainty=0.8,
    ),
    Signature(
        r"failed to (?:allocate|commit) memory for model\b",
        ("memory", "model", "failed"),
        certainty=0.8,
        unless=(r"[Mm]etal",),
    ),
)
