"""The model fits in free memory.

Why: Weights and context memory exceed what is free; in WSL and Docker Desktop only the virtual
machine's share counts.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature

PROBLEM = Problem(
    title="The model needs more memory than is free.",
    seen="The model is downloaded and then refused, at times only when an app asks for a larger context.",
    why="Weights and context memory exceed what is free; in WSL and Docker Desktop only the virtual machine's share counts.",
    fixes=(
        Fix(
            "Choose a smaller model or context, and close programs.",
            (
                "ollama ps",
                "free -h",
            ),
            proof="free -h",
        ),
        Fix(
            "Give WSL more memory: memory=16GB under [wsl2] in .wslconfig in your Windows user's folder, then restart WSL.",
            ("wsl --shutdown",),
            loses="Programs that run in WSL are stopped.",
            proof="free -h",
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
        r"model requires more system memory \([\d.]+ \w+\) than is available",
        (
            "model",
            "requires",
            "more",
            "system",
            "memory",
        ),
        certainty=0.93,
    ),
    Signature(
        r"model requires more (?:system )?memory than is (?:currently )?available",
        (
            "model",
            "requires",
            "more",
            "memory",
        ),
        certainty=0.9,
    ),
    Signature(
        r"requires more system memory",
        (
            "requires",
            "more",
            "system",
            "memory",
        ),
        certainty=0.9,
    ),
    Signature(
        r"model (?:request )?too large for system",
        (
            "model",
            "large",
            "for",
            "system",
        ),
        certainty=0.88,
    ),
    Signature(
        r"(?:failed to allocate|unable to allocate|cannot allocate|not enough memory).{0,40}CPU(?:_Mapped|_REPACK)? ?(?:model )?buffer",
        (
            "cpu",
            "buffer",
        ),
        certainty=0.85,
    ),
    Signature(
        r"(?:ggml_aligned_malloc|ggml_backend_cpu_buffer_type_alloc_buffer|ggml_backend_cpu\w*): (?:insufficient memory|failed to allocate|not enough) .{0,60}",
        ("failed",),
        certainty=0.85,
    ),
    Signature(
        r"ggml_aligned_malloc: insufficient memory",
        (
            "ggml_aligned_malloc",
            "insufficient",
            "memory",
        ),
        certainty=0.85,
    ),
    Signature(
        r"ggml_backend_cpu_buffer_type_alloc_buffer: failed to allocate",
        (
            "ggml_backend_cpu_buffer_type_alloc_buffer",
            "failed",
            "to",
            "allocate",
        ),
        certainty=0.85,
    ),
    Signature(
        r"DefaultCPUAllocator: (?:not enough memory|can't allocate memory)",
        ("defaultcpuallocator",),
        certainty=0.85,
    ),
    Signature(
        r"mmap failed: Cannot allocate memory",
        (
            "mmap",
            "failed",
            "cannot",
            "allocate",
            "memory",
        ),
        certainty=0.85,
    ),
    Signature(
        r"\bstd::bad_alloc\b",
        (
            "std",
            "bad_alloc",
        ),
        certainty=0.85,
    ),
    Signature(
        r"model loading was stopped due to insufficient system resources",
        (
            "model",
            "loading",
            "was",
            "stopped",
            "due",
            "to",
            "insufficient",
            "system",
            "resources",
        ),
        certainty=0.85,
    ),
    Signature(
        r"(?:Failed to load (?:the )?model.{0,80}insufficient|likely overload your system|Not enough (?:system )?(?:RAM|memory) to load)",
        ("load",),
        certainty=0.82,
    ),
    Signature(
        r"The paging file is too small for this operation|WinError 1455|Die Auslagerungsdatei ist zu klein|Le fichier de pagination est insuffisant|页面文件太小|ページング ファイルが小さすぎる",
        ("1455",),
        certainty=0.82,
    ),
    Signature(
        r"The paging file is too small",
        (
            "the",
            "paging",
            "file",
            "is",
            "too",
            "small",
        ),
        certainty=0.82,
    ),
    Signature(
        r"KV cache.{0,60}(?:exceeds|larger than).{0,40}(?:RAM|system memory)",
        (
            "kv",
            "cache",
        ),
        certainty=0.8,
    ),
)
