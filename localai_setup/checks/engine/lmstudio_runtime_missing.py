"""LM Studio has an engine part for this user.

Why: Since version 0.4 the engine parts are downloaded by each user.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature

PROBLEM = Problem(
    title="LM Studio has no engine part for this user.",
    seen="After an upgrade, or from another Windows account, no model loads.",
    why="Since version 0.4 the engine parts are downloaded by each user.",
    fixes=(
        Fix(
            "Open Runtimes (Ctrl+Shift+R), fetch the CPU, CUDA or Vulkan pack of llama.cpp, and start again.",
            ("lms runtime get llama.cpp",),
            proof="lms runtime ls",
        ),
    ),
    sources=(
        "https://github.com/lmstudio-ai/lmstudio-bug-tracker/issues/1925",
        "https://github.com/lmstudio-ai/lmstudio-bug-tracker/issues/1221",
        "https://github.com/lmstudio-ai/lmstudio-bug-tracker/issues/2351",
        "https://github.com/lmstudio-ai/lmstudio-bug-tracker/issues/860",
    ),
    likelihood=0.5,
    systems=("windows",),
    confused_with=("lmstudio-cpu-unsupported",),
)

SIGNATURES = (
    Signature(
        r"No LM Runtime found for model format",
        (
            "no",
            "lm",
            "runtime",
            "found",
            "for",
            "model",
            "format",
        ),
        certainty=0.96,
    ),
    Signature(
        r"no (?:compatible |suitable )?(?:LM )?runtimes? (?:found|installed|available|selected)",
        ("no",),
        certainty=0.92,
    ),
    Signature(
        r"""(?:runtime|engine) (?:extension )?(?:pack )?(?:for )?['"]?(?:gguf|llama\.cpp)\S{0,3} .{0,30}(?:not (?:found|installed)|missing)""",
        ("not",),
        certainty=0.9,
    ),
    Signature(
        r"Failed to load (?:the )?LLM engine from path",
        (
            "failed",
            "to",
            "load",
            "engine",
            "from",
            "path",
        ),
        certainty=0.9,
    ),
    Signature(
        r"No (?:available )?(?:engine|backend) (?:found |available )?for (?:model )?format",
        ("no",),
        certainty=0.85,
    ),
)
