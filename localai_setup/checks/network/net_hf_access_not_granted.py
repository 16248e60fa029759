"""The account has access to the model.

Why: Access was not granted yet, the token lacks the right to read such models, or a mirror does
not serve them.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature

PROBLEM = Problem(
    title="Your Hugging Face account is known but has no access to this model.",
    seen="Logged in, and still turned away.",
    why="Access was not granted yet, the token lacks the right to read such models, or a mirror does not serve them.",
    fixes=(
        Fix(
            "Ask for access on the model's page; make a token that may read gated models.",
            ("hf auth whoami",),
            proof="hf auth whoami",
        ),
        Fix("Do not use a mirror for such models.", ("unset HF_ENDPOINT",), proof="hf auth whoami"),
    ),
    sources=(
        "https://github.com/McGill-NLP/llm2vec/issues/36",
        "https://github.com/ggml-org/llama.cpp/issues/5236",
    ),
    likelihood=0.6,
    systems=(),
    confused_with=("net-hf-gated-without-token",),
)

SIGNATURES = (
    Signature(
        r"(?:GatedRepoError: )?403 Client Error.{0,200}(?:huggingface|hf\.co|gated|restricted|Request ID)",
        (
            "403",
            "client",
            "error",
        ),
        certainty=0.95,
    ),
    Signature(
        r"you are not in the authorized list",
        (
            "you",
            "are",
            "not",
            "in",
            "the",
            "authorized",
            "list",
        ),
        certainty=0.95,
    ),
    Signature(
        r"Your request to access model .{0,120}is (?:awaiting|pending)",
        (
            "your",
            "request",
            "to",
            "access",
            "model",
        ),
        certainty=0.94,
    ),
    Signature(
        r"enable access to public gated repositories in your fine-grained token",
        (
            "enable",
            "access",
            "to",
            "public",
            "gated",
            "repositories",
            "in",
            "your",
            "fine",
            "grained",
            "token",
        ),
        certainty=0.94,
    ),
    Signature(r"(?:huggingface\.co|hf\.co).{0,200}\b403\b", ("403",), certainty=0.85),
)
