"""The engine still runs this model.

Why: Since 0.30 Ollama runs models through llama-server, which never supported this kind.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature

PROBLEM = Problem(
    title="The new engine release no longer runs this older model.",
    seen="A model that worked before the upgrade fails, even when downloaded again.",
    why="Since 0.30 Ollama runs models through llama-server, which never supported this kind.",
    fixes=(
        Fix("Use another vision model.", ("ollama pull qwen2.5vl:7b",), proof="ollama list"),
        Fix(
            "Or stay on the last release before 0.30 for this model.",
            ("ollama --version",),
            proof="ollama --version",
        ),
    ),
    sources=("https://github.com/ollama/ollama/issues/16547",),
    likelihood=0.5,
    systems=(),
    confused_with=("model-newer-than-engine",),
)

SIGNATURES = (
    Signature(
        r"unknown model architecture: '(?:mllama|llama4v|gemma3v)'",
        (
            "unknown",
            "model",
            "architecture",
        ),
        certainty=0.97,
    ),
    Signature(
        r"(?:mllama|llama3\.2-vision).{0,120}(?:not supported|no longer|unsupported|unknown)",
        ("mllama",),
        certainty=0.9,
    ),
    Signature(
        r"(?:no longer|not) supported.{0,60}(?:GGML|ggjt|ggmf|old format)",
        ("supported",),
        certainty=0.88,
    ),
)
