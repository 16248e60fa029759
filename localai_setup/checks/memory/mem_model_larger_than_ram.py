"""The model fits in free memory.

Why: Weights and context memory exceed what is free; in WSL and Docker Desktop only the virtual
machine's share counts.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature, Where
from ..engine._settings import settings

STOPS = "Everything that runs in WSL is stopped."

PROBLEM = Problem(
    title="The model needs more memory than is free.",
    seen="The model is downloaded and then refused, at times only when an app asks for a larger context.",
    why="Weights and context memory exceed what is free; in WSL and Docker Desktop only the virtual machine's share counts.",
    fixes=(
        *settings(
            "Choose a smaller model, close programs, or use a shorter context as here (4096 is an example).",
            {"OLLAMA_CONTEXT_LENGTH": "4096"},
            "context",
        ),
        Fix(
            "Give WSL more memory: write `memory=16GB` (an example; leave 4 GB or more to Windows) below a line `[wsl2]` in this file, then restart WSL.",
            (
                r"powershell.exe -NoProfile -Command 'Start-Process -Wait notepad $env:USERPROFILE\.wslconfig'",
                "wsl.exe --shutdown",
            ),
            loses=STOPS,
            proof="free -h",
            where=Where(systems=("linux",), wsl=True),
        ),
        Fix(
            "For a model in WSL: write `memory=16GB` (an example; leave 4 GB or more to Windows) below a line `[wsl2]` in this file, then restart WSL. Run this in PowerShell.",
            (
                r"Start-Process -Wait notepad $env:USERPROFILE\.wslconfig",
                "wsl --shutdown",
            ),
            loses=STOPS,
            proof="wsl -e free -h",
            where=Where(systems=("windows",)),
        ),
        Fix(
            "For a model in Docker Desktop: raise Memory in Settings, Resources (on Windows with WSL see above). What containers get is shown here, in bytes.",
            ("docker info --format '{{.MemTotal}}'",),
            loses="Docker Desktop restarts, and stops every running container.",
            proof="docker info --format '{{.MemTotal}}'",
            where=Where(systems=("macos", "windows")),
        ),
    ),
    sources=(
        "https://github.com/ollama/ollama/issues/10920",
        "https://github.com/continuedev/continue/issues/9668",
        "https://github.com/continuedev/continue/issues/11767",
        "https://github.com/continuedev/continue/issues/11478",
        "https://github.com/stackblitz-labs/bolt.diy/issues/249",
        "https://github.com/ollama/ollama/issues/6723",
        "https://github.com/ollama/ollama/issues/13556",
        "https://github.com/browser-use/web-ui/issues/175",
        "https://github.com/continuedev/continue/issues/9160",
    ),
    likelihood=0.8,
    systems=(),
    confused_with=(
        "mem-cgroup-page-cache-counted",
        "mem-runner-killed-by-kernel",
    ),
)

SIGNATURES = (
    Signature(
        r"memory allocation of \d{9,} bytes failed",
        ("memory", "allocation", "bytes", "failed"),
        certainty=0.86,
    ),
    Signature(
        r"(?:os error 12\b|Errno 12\]|\(12\)).{0,40}Cannot allocate memory|Cannot allocate memory \(os error 12\)",
        ("12", "cannot", "allocate", "memory"),
        certainty=0.86,
        unless=(r"mlock|MLOCK|fork|static TLS|nvidia|\bDRM\b",),
    ),
    Signature(
        r"(?:^|[\s.])MemoryError(?::|\s|$)",
        ("memoryerror",),
        certainty=0.82,
        also=(r"torch|transformers|llama|gguf|safetensors",),
        unless=(r"CUDA|HIP",),
    ),
    Signature(
        r"Unable to allocate [\d.]+ [KMGT]iB for an array",
        ("unable", "allocate", "array"),
        certainty=0.88,
    ),
    Signature(
        r"fatal error: runtime: (?:out of memory|cannot allocate memory)",
        ("fatal", "runtime", "memory"),
        certainty=0.87,
    ),
    Signature(
        r"exit status 0xc0000(?:017|12d)\b",
        ("exit", "status"),
        certainty=0.88,
    ),
    Signature(
        r"not enough (?:free |system |available )?(?:RAM|memory)\b.{0,30} (?:to (?:load|run)|for (?:the|this|your) model)",
        ("enough", "not"),
        certainty=0.88,
        unless=(r"VRAM|GPU",),
    ),
    Signature(
        r"file di paging sono insufficienti", ("file", "paging", "insufficienti"), certainty=0.9
    ),
    Signature(
        r"arquivo de pagina\w{2,4} \w{1,2} (?:muito pequeno|pequeno demais)",
        ("arquivo", "pequeno"),
        certainty=0.9,
    ),
    Signature(r"GGML_ASSERT.{0,160}mem_buffer != NULL", ("mem_buffer", "null"), certainty=0.87),
    Signature(
        r"failed to allocate buffer for kv cache\b",
        ("allocate", "buffer", "cache"),
        certainty=0.76,
        unless=(r"CUDA\d|ROCm\d|Vulkan\d|Metal|cudaMalloc|device \d",),
    ),
    Signature(
        r"model requires more system memory \([\d.]+ \w+\) than is available",
        ("available", "requires", "system"),
        certainty=0.94,
    ),
    Signature(
        r"model requires more (?:system )?memory\b.{0,40} than is (?:currently )?available\b",
        ("requires", "model", "than"),
        certainty=0.9,
        unless=(r"evicting a model to make space",),
    ),
    Signature(r"requires more system memory\b", ("requires", "system", "memory"), certainty=0.92),
    Signature(
        r"model (?:request |is )?too large for system\b",
        ("system", "model", "large"),
        certainty=0.92,
    ),
    Signature(
        r"memory layout cannot be allocated\b", ("allocated", "cannot", "memory"), certainty=0.85
    ),
    Signature(
        r"(?:failed|unable) to allocate CPU\w* ?(?:model )?buffer\b",
        ("allocate", "to"),
        certainty=0.9,
    ),
    Signature(
        r"ggml_aligned_malloc: insufficient memory\b",
        ("ggml_aligned_malloc", "insufficient", "memory"),
        certainty=0.92,
    ),
    Signature(
        r"ggml_backend_cpu_buffer_type_alloc_buffer: failed to allocate\b",
        ("ggml_backend_cpu_buffer_type_alloc_buffer", "allocate", "failed"),
        certainty=0.92,
    ),
    Signature(
        r"alloc_tensor_range: failed to allocate CPU\w* buffer",
        ("alloc_tensor_range", "allocate", "buffer"),
        certainty=0.9,
    ),
    Signature(
        r"error: posix_memalign failed\b", ("posix_memalign", "failed", "error"), certainty=0.85
    ),
    Signature(
        r"DefaultCPUAllocator: (?:not enough memory|can.t allocate memory)",
        ("defaultcpuallocator", "memory"),
        certainty=0.92,
    ),
    Signature(
        r"mmap failed: (?:Cannot allocate memory|Not enough space)",
        ("mmap", "failed"),
        certainty=0.9,
    ),
    Signature(
        r"unable to mmap\b.{0,60}Cannot allocate memory",
        ("allocate", "unable", "memory"),
        certainty=0.88,
    ),
    Signature(r"MapViewOfFile failed: ", ("mapviewoffile", "failed"), certainty=0.8),
    Signature(
        r"\bstd::bad_alloc\b",
        ("bad_alloc", "std"),
        certainty=0.87,
        unless=(r"cudaMalloc|hipMalloc|CUDA error",),
    ),
    Signature(
        r"bad allocation\b", ("allocation", "bad"), certainty=0.8, also=(r"llama|model|gguf|ggml",)
    ),
    Signature(
        r"model loading was stopped due to insufficient system resources\b",
        ("insufficient", "resources", "loading"),
        certainty=0.95,
    ),
    Signature(
        r"insufficient system resources\b", ("insufficient", "resources", "system"), certainty=0.88
    ),
    Signature(r"likely overload your system\b", ("overload", "system", "likely"), certainty=0.93),
    Signature(
        r"Failed to load (?:the )?model\b.{0,120}(?:insufficient|out of memory|not enough memory)",
        ("load", "failed", "to"),
        certainty=0.85,
        unless=(r"VRAM|cudaMalloc|CUDA|hipMalloc|Metal|kIOGPU",),
    ),
    Signature(
        r"not enough (?:system )?(?:RAM|memory) to load\b",
        ("enough", "load", "not"),
        certainty=0.9,
        unless=(r"VRAM|GPU",),
    ),
    Signature(
        r"The paging file is too small for this operation\b",
        ("operation", "paging", "small"),
        certainty=0.9,
    ),
    Signature(r"WinError 1455\b", ("winerror", "1455"), certainty=0.9),
    Signature(r"os error 1455\b", ("1455", "os", "error"), certainty=0.9),
    Signature(
        r"Die Auslagerungsdatei ist zu klein\b",
        ("auslagerungsdatei", "klein", "die"),
        certainty=0.9,
    ),
    Signature(
        r"Le fichier de pagination est insuffisant\b",
        ("insuffisant", "pagination", "fichier"),
        certainty=0.9,
    ),
    Signature(
        r"El archivo de paginaci.n es demasiado peque",
        ("demasiado", "archivo", "peque"),
        certainty=0.9,
    ),
    Signature(r"os error 8\b.{0,40}(?:memory|Speicher)", ("os", "8", "error"), certainty=0.7),
    Signature(
        r"KV cache\b.{0,60}(?:exceeds|larger than)\b.{0,40}\b(?:RAM|system memory)",
        ("cache", "kv"),
        certainty=0.85,
    ),
    Signature(
        r"Not enough memory resources are available to process this command\b",
        ("resources", "available", "process"),
        certainty=0.85,
    ),
    Signature(
        r"tried to allocate \d+ bytes\b.{0,60}(?:CPU|host|RAM)\b",
        ("allocate", "bytes", "tried"),
        certainty=0.8,
        unless=(r"CUDA|HIP|GPU",),
    ),
    Signature(
        r"Cannot allocate memory\b",
        ("allocate", "cannot", "memory"),
        certainty=0.72,
        also=(r"llama|ollama|gguf|model|ggml",),
        unless=(r"mlock|MLOCK|MEMLOCK|fork|static TLS|DRM|nvidia",),
    ),
)
