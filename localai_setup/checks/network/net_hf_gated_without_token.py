"""Gated models are fetched with an account that may.

Why: The licence was not accepted on the model's page, or no access token is set (or handed into
the container).
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature

PROBLEM = Problem(
    title="This Hugging Face model needs an account that accepted its terms.",
    seen="The download stops at the first file.",
    why="The licence was not accepted on the model's page, or no access token is set (or handed into the container).",
    fixes=(
        Fix(
            "Accept the terms on the model's page, then log in.",
            ("hf auth login",),
            proof="hf auth whoami",
        ),
        Fix(
            "Hand the token into a container.",
            ("docker run --rm -e HF_TOKEN vllm/vllm-openai --version",),
            proof="docker run --rm -e HF_TOKEN alpine env",
        ),
        Fix("Or use a free copy or GGUF version of the model.", proof="hf auth whoami"),
    ),
    sources=(
        "https://github.com/city96/ComfyUI_ExtraModels/issues/99",
        "https://github.com/xorbitsai/inference/issues/1734",
        "https://github.com/akx/ggify/issues/5",
        "https://github.com/tenstorrent/tt-inference-server/issues/37",
        "https://github.com/anarchy-ai/LLM-VM/issues/423",
        "https://github.com/kyegomez/NeoSapiens/issues/3",
        "https://github.com/huggingface/optimum-neuron/issues/535",
    ),
    likelihood=0.7,
    systems=(),
    confused_with=("net-hf-access-not-granted",),
)

SIGNATURES = (
    Signature(
        r"GatedRepoError: 401|Cannot access gated repo.{0,300}must be (?:authenticated|have access)|You must be authenticated to access it",
        ("gated",),
        certainty=0.95,
    ),
    Signature(
        r"You must be authenticated to access it",
        (
            "you",
            "must",
            "be",
            "authenticated",
            "to",
            "access",
            "it",
        ),
        certainty=0.94,
    ),
    Signature(
        r"You need to have access to it and be authenticated|must have access to it and be authenticated",
        (
            "authenticated",
            "access",
        ),
        certainty=0.94,
    ),
    Signature(
        r"401 Client Error.{0,120}(?:huggingface|hf\.co)",
        (
            "401",
            "client",
            "error",
        ),
        certainty=0.9,
    ),
    Signature(
        r"(?:huggingface\.co|hf\.co).{0,200}\b401\b|\b401\b.{0,200}(?:huggingface\.co|hf\.co)",
        ("401",),
        certainty=0.85,
    ),
    Signature(
        r"Invalid username or password",
        (
            "invalid",
            "username",
            "or",
            "password",
        ),
        certainty=0.85,
        also=(r"hf\.co|huggingface",),
    ),
)
