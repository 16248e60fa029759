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
        r"No LM Runtime found for model format", ("runtime", "format", "model"), certainty=0.97
    ),
    Signature(
        r"no (?:compatible |suitable )?(?:LM )?runtimes? (?:found|installed|available|selected)\b",
        ("no",),
        certainty=0.9,
        unless=(r"docker|container|WebView|\.NET",),
    ),
    Signature(
        r"(?:runtime|engine)\b.{0,40}\bgguf\b.{0,40}(?:not (?:found|installed)|missing)",
        ("gguf",),
        certainty=0.88,
    ),
    Signature(
        r"Failed to load (?:the )?LLM engine from path", ("engine", "load", "from"), certainty=0.92
    ),
    Signature(
        r"no (?:suitable |compatible )?engine (?:was )?found for\b.{0,20}\bgguf\b",
        ("engine", "found", "gguf"),
        certainty=0.9,
    ),
    Signature(r"\bruntime: none selected\b", ("runtime", "none", "selected"), certainty=0.9),
    Signature(
        r"No (?:available )?(?:engine|backend) (?:found |available )?for (?:model )?format\b",
        ("no",),
        certainty=0.87,
    ),
    Signature(
        r"\bno (?:\w+ ){0,2}(?:engine|runtime|backend)s? (?:\w+ ){0,3}for\b.{0,20}\b(?:gguf|mlx)\b",
        ("no", "for"),
        certainty=0.87,
    ),
    Signature(
        r"\bnot found\b.{0,40}\bllama\.cpp-(?:win|linux|mac)\S*",
        ("not", "found", "llama"),
        certainty=0.88,
    ),
    Signature(
        r"(?:Cannot find module|ENOENT|no such file|not found|cannot find).{0,200}[/\\]extensions[/\\]{1,4}backends[/\\]",
        ("extensions", "backends"),
        certainty=0.88,
    ),
    Signature(
        r"[/\\]extensions[/\\]{1,4}backends[/\\].{0,200}(?:ENOENT|no such file|not found|cannot find|cannot be found|could not be found)",
        ("extensions", "backends"),
        certainty=0.88,
    ),
    Signature(
        r"LLM ENGINE\s+SELECTED\s+MODEL FORMAT\s*\Z",
        ("engine", "selected", "format"),
        certainty=0.85,
        lines=2,
    ),
)
