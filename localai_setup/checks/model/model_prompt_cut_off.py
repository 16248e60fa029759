"""Prompts fit in the server's context.

Why: The server's context is small, and the app's own setting does not reach it; about half of the
window is kept.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature, Where

PROBLEM = Problem(
    title="The beginning of a long prompt is cut off without a word.",
    seen="Answers ignore the start of long prompts, and no error shows.",
    why="The server's context is small, and the app's own setting does not reach it; about half of the window is kept.",
    fixes=(
        Fix(
            "Raise the context for the service and restart it; it takes more graphics memory.",
            (
                "sudo mkdir -p /etc/systemd/system/ollama.service.d",
                "printf '[Service]\\nEnvironment=\"OLLAMA_CONTEXT_LENGTH=16384\"\\n' | sudo tee /etc/systemd/system/ollama.service.d/localai-context.conf",
                "sudo systemctl daemon-reload",
                "sudo systemctl restart ollama",
            ),
            needs_root=True,
            proof="ollama ps",
            where=Where(systems=("linux",)),
        ),
        Fix("Look at the CONTEXT column.", ("ollama ps",), proof="ollama ps"),
    ),
    sources=(
        "https://github.com/ollama/ollama/issues/10368",
        "https://github.com/RooCodeInc/Roo-Code/issues/1372",
        "https://github.com/dzhng/deep-research/issues/107",
        "https://github.com/langgenius/dify-official-plugins/issues/1750",
        "https://github.com/ollama/ollama/issues/3839",
        "https://github.com/ollama/ollama/issues/17427",
        "https://github.com/ollama/ollama/issues/17889",
        "https://github.com/TheAiSingularity/graphrag-local-ollama/issues/24",
        "https://github.com/ed-donner/llm_engineering/pull/80",
    ),
    status="warn",
    likelihood=0.6,
    systems=(),
    confused_with=(),
)

SIGNATURES = (
    Signature(
        r"truncating input (?:prompt|messages)",
        (
            "truncating",
            "input",
        ),
        certainty=0.96,
    ),
    Signature(
        r"input truncated \| n_ctx",
        (
            "input",
            "truncated",
        ),
        certainty=0.95,
    ),
    Signature(
        r"(?:prompt|request).{0,60}(?:exceeds|is longer than|larger than|too long).{0,60}(?:context|n_ctx)",
        ("context",),
        certainty=0.92,
    ),
    Signature(
        r"exceed_context_size_error|exceeds the available context size",
        ("context",),
        certainty=0.92,
    ),
    Signature(
        r"Requested tokens \(\d+\) exceed context window of",
        (
            "requested",
            "tokens",
            "exceed",
            "context",
            "window",
            "of",
        ),
        certainty=0.9,
    ),
    Signature(
        r"context (?:limit|length) (?:hit|exceeded).{0,20}shifting|slot update_slots: .{0,60}(?:context shift|truncated)",
        ("shift",),
        certainty=0.9,
    ),
    Signature(
        r"This model's maximum context length is \d+ tokens",
        (
            "this",
            "model",
            "s",
            "maximum",
            "context",
            "length",
            "is",
            "tokens",
        ),
        certainty=0.88,
    ),
)
