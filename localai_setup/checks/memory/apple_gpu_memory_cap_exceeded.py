"""Model and context fit in what macOS gives the graphics chip.

Why: macOS lets the graphics chip hold only about two thirds to three quarters of the memory.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature, Where

PROBLEM = Problem(
    title="The model needs more memory than macOS gives the graphics chip.",
    seen="A crash or garbage while loading or reading the prompt, although the Mac has enough memory in all.",
    why="macOS lets the graphics chip hold only about two thirds to three quarters of the memory.",
    fixes=(
        Fix(
            "Use a smaller model or context.",
            ("OLLAMA_CONTEXT_LENGTH=4096 ollama serve",),
            proof="ollama ps",
        ),
        Fix(
            "Or raise the limit until the next restart, leaving 4 to 8 GB to the system.",
            ("sudo sysctl iogpu.wired_limit_mb=26624",),
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
        r"current allocated size is greater than the recommended max working set size",
        (
            "current",
            "allocated",
            "size",
            "is",
            "greater",
            "than",
            "the",
            "recommended",
            "max",
            "working",
            "set",
        ),
        certainty=0.97,
    ),
    Signature(
        r"kIOGPUCommandBufferCallbackErrorOutOfMemory",
        ("kiogpucommandbuffercallbackerroroutofmemory",),
        certainty=0.97,
    ),
    Signature(
        r"ggml_metal_graph_compute: command buffer \d+ failed with status 5",
        (
            "ggml_metal_graph_compute",
            "command",
            "buffer",
            "failed",
            "with",
            "status",
            "5",
        ),
        certainty=0.92,
    ),
    Signature(
        r"ggml_metal\w*: (?:error: )?failed to allocate (?:buffer|context)",
        (
            "failed",
            "to",
            "allocate",
        ),
        certainty=0.85,
    ),
    Signature(
        r"\[METAL\] Command buffer execution failed: Insufficient Memory",
        (
            "metal",
            "command",
            "buffer",
            "execution",
            "failed",
            "insufficient",
            "memory",
        ),
        certainty=0.88,
    ),
    Signature(
        r"(?:Attempting to allocate|metal::malloc).{0,120}(?:maximum allowed buffer size|greater than)",
        (
            "maximum",
            "allowed",
            "buffer",
            "size",
        ),
        certainty=0.85,
    ),
    Signature(
        r"MPS backend out of memory",
        (
            "mps",
            "backend",
            "out",
            "of",
            "memory",
        ),
        certainty=0.85,
    ),
    Signature(
        r"exceeds? (?:the )?(?:Metal|GPU).{0,30}(?:recommended|working set|wired limit)",
        (
            "working",
            "set",
        ),
        certainty=0.9,
    ),
)
