"""Jan has an engine part that fits this computer.

Why: Jan downloads its llama.cpp part by itself; that failed, or an old or wrong variant is
chosen.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature

PROBLEM = Problem(
    title="Jan's engine part is missing, outdated or of the wrong kind.",
    seen="A model does not start or runs on the processor, and Jan's hardware page shows no card.",
    why="Jan downloads its llama.cpp part by itself; that failed, or an old or wrong variant is chosen.",
    fixes=(
        Fix(
            "In Jan, Settings, Model Providers, Llama.cpp: install the fitting engine part and choose it as version too (Vulkan for AMD cards).",
            proof="nvidia-smi",
        ),
        Fix(
            "If Jan's own download fails, fetch the file from the releases of janhq/llama.cpp and install it from the file.",
            proof="ls ~/.local/share/Jan",
        ),
    ),
    sources=(
        "https://github.com/janhq/jan/issues/7341",
        "https://github.com/janhq/jan/issues/7786",
        "https://github.com/janhq/jan/issues/8090",
        "https://github.com/janhq/jan/issues/7881",
        "https://github.com/janhq/jan/issues/7553",
        "https://github.com/janhq/jan/issues/8576",
        "https://github.com/lmstudio-ai/lmstudio-bug-tracker/issues/966",
    ),
    likelihood=0.5,
    systems=(),
    confused_with=("engine-build-cpu-only",),
)

SIGNATURES = (
    Signature(r"LLAMA_CPP_PROCESS_ERROR", ("llama_cpp_process_error",), certainty=0.95),
    Signature(
        r"Download Failed - llamacpp-b\d+",
        (
            "download",
            "failed",
        ),
        certainty=0.95,
    ),
    Signature(
        r"error: invalid argument: --(?:fit|no-webui|flash-attn|jinja|mmproj)\S*",
        (
            "error",
            "invalid",
            "argument",
        ),
        certainty=0.9,
        unless=(r"LM ?Studio",),
    ),
    Signature(
        r"(?:llamacpp|llama\.cpp) (?:extension|backend).{0,60}(?:not (?:installed|found|configured)|failed to (?:download|install))",
        ("backend",),
        certainty=0.9,
    ),
    Signature(
        r"BINARY_NOT_FOUND|BACKEND_NOT_INSTALLED|Backend .{0,60} is not installed",
        ("binary_not_found",),
        certainty=0.88,
    ),
    Signature(
        r"llamacpp[/\\]backends?[/\\].{0,120}(?:not found|No such file|cannot find|exit code)",
        ("llamacpp",),
        certainty=0.85,
    ),
)
