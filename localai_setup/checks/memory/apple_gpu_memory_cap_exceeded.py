"""Model and context fit in what macOS gives the graphics chip.

Why: macOS lets the graphics chip hold only about two thirds to three quarters of the memory.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature, Where
from ..engine._settings import settings

PROBLEM = Problem(
    title="The model needs more memory than macOS gives the graphics chip.",
    seen="A crash or garbage while loading or reading the prompt, although the Mac has enough memory in all.",
    why="macOS lets the graphics chip hold only about two thirds to three quarters of the memory.",
    fixes=(
        *settings(
            "Use a smaller model, or a shorter context as here (4096 is an example).",
            {"OLLAMA_CONTEXT_LENGTH": "4096"},
            "context",
            systems=("macos",),
        ),
        Fix(
            "With llama.cpp give the context when starting it (your own model file in place of model.gguf).",
            ("llama-server -m model.gguf -c 4096",),
            proof="curl -s http://127.0.0.1:8080/health",
            where=Where(systems=("macos",)),
        ),
        Fix(
            "Or, on a Mac with 16 GB or more, raise the limit to four fifths of the memory until the next restart (the value 0 brings the usual limit back).",
            ("sudo sysctl iogpu.wired_limit_mb=$(($(sysctl -n hw.memsize) / 1048576 * 4 / 5))",),
            needs_root=True,
            loses="A limit that leaves too little memory can freeze the Mac; save your work first.",
            proof="sysctl iogpu.wired_limit_mb",
            where=Where(systems=("macos",)),
        ),
    ),
    sources=(
        "https://github.com/ollama/ollama/issues/434",
        "https://github.com/ggml-org/llama.cpp/issues/5206",
        "https://github.com/ggml-org/llama.cpp/issues/5207",
        "https://github.com/antirez/ds4/pull/909",
        "https://github.com/ggml-org/llama.cpp/pull/2011",
        "https://github.com/ggml-org/llama.cpp/issues/1870",
        "https://github.com/ggml-org/llama.cpp/issues/1881",
        "https://github.com/ggml-org/llama.cpp/issues/9701",
        "https://github.com/ggml-org/llama.cpp/issues/6114",
        "https://github.com/ollama/ollama/issues/6257",
        "https://github.com/antirez/ds4/issues/890",
        "https://github.com/jundot/omlx/issues/1533",
    ),
    likelihood=0.6,
    systems=("macos",),
    confused_with=("mem-model-larger-than-ram",),
)

SIGNATURES = (
    Signature(
        r"requires \d+ MB which is close to the maximum recommended size",
        ("requires", "maximum", "recommended"),
        certainty=0.88,
    ),
    Signature(
        r"MTLCommandBufferErrorOutOfMemory", ("mtlcommandbuffererroroutofmemory",), certainty=0.94
    ),
    Signature(
        r"Buffer Validation\b.{0,160}must not exceed",
        ("buffer", "validation", "exceed"),
        certainty=0.9,
    ),
    Signature(
        r"cannot meet free memory target of \d+ MiB",
        ("cannot", "meet", "target"),
        certainty=0.84,
        also=(r"recommendedMaxWorkingSetSize|ggml_metal|\bMTL0\b",),
        unless=(r"can be fit by reducing context",),
    ),
    Signature(
        r"current allocated size is greater than the recommended max working set size",
        ("recommended", "allocated", "working"),
        certainty=0.97,
    ),
    Signature(
        r"kIOGPUCommandBufferCallbackErrorOutOfMemory\b",
        ("kiogpucommandbuffercallbackerroroutofmemory",),
        certainty=0.97,
    ),
    Signature(
        r"Insufficient Memory \(00000008", ("insufficient", "00000008", "memory"), certainty=0.96
    ),
    Signature(
        r"command buffer \d+ failed with status \d",
        ("command", "status", "buffer"),
        certainty=0.94,
        unless=(r"Impacting Interactivity|kIOGPUCommandBufferCallbackErrorHang",),
    ),
    Signature(
        r"failed to allocate Metal buffer of \d+ bytes",
        ("allocate", "buffer", "bytes"),
        certainty=0.96,
    ),
    Signature(
        r"ggml_metal\w*: (?:error: )?failed to allocate (?:buffer|context|heap)\b",
        ("allocate", "to"),
        certainty=0.93,
    ),
    Signature(
        r"ggml_backend_metal\w*: (?:error: )?failed to allocate buffer\b",
        ("allocate", "buffer", "to"),
        certainty=0.93,
    ),
    Signature(
        r"\[METAL\] Command buffer execution failed: Insufficient Memory",
        ("insufficient", "execution", "command"),
        certainty=0.96,
    ),
    Signature(
        r"Attempting to allocate \d+ bytes which is greater than the maximum allowed buffer size",
        ("attempting", "allocate", "maximum"),
        certainty=0.95,
    ),
    Signature(
        r"metal::malloc\b.{0,160}(?:maximum allowed|greater than|Unable to allocate|Resource limit)",
        ("malloc", "metal"),
        certainty=0.93,
    ),
    Signature(r"MPS backend out of memory\b", ("backend", "memory", "mps"), certainty=0.93),
    Signature(
        r"exceeds? (?:the )?(?:Metal|GPU)\b.{0,40}\b(?:recommended |max )?\bworking set",
        ("working", "set"),
        certainty=0.9,
    ),
    Signature(
        r"recommendedMaxWorkingSetSize\b",
        ("recommendedmaxworkingsetsize",),
        certainty=0.75,
        also=(r"failed to allocate|Insufficient Memory|out of memory",),
    ),
    Signature(
        r"iogpu\.wired_limit_mb\b",
        ("wired_limit_mb", "iogpu"),
        certainty=0.7,
        also=(r"out of memory|exceed|insufficient|failed",),
    ),
)
