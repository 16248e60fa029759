"""The engine still runs this model.

Why: Since 0.30 Ollama runs models through llama-server, which never supported this kind.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature, Where

PROBLEM = Problem(
    title="The new engine release no longer runs this older model.",
    seen="A model that worked before the upgrade fails, even when downloaded again.",
    why="Since 0.30 Ollama runs models through llama-server, which never supported this kind.",
    fixes=(
        Fix(
            "Use another model; for pictures this one (7b is a size that needs about 6 GB).",
            ("ollama pull qwen2.5vl:7b",),
            proof="ollama list",
        ),
        Fix(
            "Or go back to a release before 0.30, such as 0.24.0, and keep it from updating; models newer than it will not load.",
            ("curl -fsSL https://ollama.com/install.sh | OLLAMA_VERSION=0.24.0 sh",),
            needs_root=True,
            proof="ollama --version",
            where=Where(systems=("linux", "macos")),
        ),
        Fix(
            "Or go back to a release before 0.30, such as 0.24.0; models newer than it will not load.",
            ("winget install --id Ollama.Ollama --version 0.24.0 --force",),
            proof="ollama --version",
            where=Where(systems=("windows",)),
        ),
    ),
    sources=("https://github.com/ollama/ollama/issues/16547",),
    likelihood=0.5,
    systems=(),
    confused_with=("model-newer-than-engine",),
)

SIGNATURES = (
    Signature(
        r"unknown model architecture: '?(?:mllama|gptneox-old|llama4v|gemma3v)\b",
        ("architecture", "unknown", "model"),
        certainty=0.97,
    ),
    Signature(
        r"mllama\b.{0,120}(?:not supported|no longer|unsupported|unknown|not compatible)",
        ("mllama",),
        certainty=0.93,
    ),
    Signature(
        r"llama3\.2-vision.{0,3} is no longer compatible with your version of Ollama",
        ("compatible", "version", "ollama"),
        certainty=0.97,
    ),
    Signature(
        r"llama3\.2-vision\b[\s\S]{0,300}(?:not supported|no longer|unsupported|unknown model)",
        ("vision", "llama3", "2"),
        certainty=0.92,
        lines=3,
    ),
    Signature(r"GGUFv1 is no longer supported", ("supported", "ggufv1", "longer"), certainty=0.95),
    Signature(
        r"is not in gguf format, this base model is not compatible with this version of ollama",
        ("compatible", "version", "ollama"),
        certainty=0.93,
    ),
    Signature(
        r"this format is no longer supported", ("supported", "longer", "format"), certainty=0.9
    ),
    Signature(
        r"unknown \(magic, version\) combination: ",
        ("combination", "version", "unknown"),
        certainty=0.9,
    ),
    Signature(
        r"(?:GGML|ggjt|ggmf|GGJT)\b.{0,60}(?:no longer|not) supported",
        ("supported",),
        certainty=0.9,
    ),
    Signature(
        r"(?:no longer|not) supported\b.{0,60}\b(?:GGML|ggjt|ggmf|old format)\b",
        ("supported",),
        certainty=0.88,
        unless=(r"ggml_",),
    ),
    Signature(
        r"(?:is|are) no longer supported by (?:this version of )?(?:the )?(?:engine|ollama|llama\.cpp|llama-server)\b",
        ("supported", "longer", "by"),
        certainty=0.85,
    ),
    Signature(
        r"magic\b.{0,30}(?:tjgg|lmgg|fmgg|algg|67676a74|67676d6c|67676d66|ggjt|ggml\b|ggmf)",
        ("magic",),
        certainty=0.985,
        unless=(r"want 0x67676a74|got 0x",),
    ),
    *(
        Signature(pattern, needs, certainty=0.95)
        for pattern, needs in (
            (r"\bREMOVED, use \w+ with runtime repacking", ("repacking", "removed", "runtime")),
            (
                r"GGUF(?: file)? version 1 is (?:no longer supported|extremely old)\b",
                ("version", "gguf", "is"),
            ),
            (
                r"(?:GGML|ggml) (?:v\d|format|models?|files?)\b.{0,60}(?:no longer|not|isn.t) supported",
                ("supported", "ggml"),
            ),
            (r"convert-llama-ggml-to-gguf\b", ("convert", "llama", "ggml")),
            (r"unsupported model format GGML\b", ("unsupported", "format", "model")),
            (
                r"is no longer compatible with your version of Ollama\b",
                ("compatible", "version", "longer"),
            ),
        )
    ),
    Signature(r"key not found in model: mllama\.", ("mllama", "found", "model"), certainty=0.97),
    Signature(
        r"\binvalid model file .{1,120}\((?:bad magic|unexpected magic 6767)",
        ("invalid", "magic", "model"),
        certainty=0.9,
        unless=(r"got 0x(?!6767)",),
    ),
)
