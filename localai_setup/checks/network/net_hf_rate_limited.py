"""Hugging Face answers this network without delay.

Why: The allowance for requests without an account, shared by all behind one address, is used up.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature

PROBLEM = Problem(
    title="Hugging Face asks this network to slow down.",
    seen="Downloads or searches fail for a while, even for models that are here.",
    why="The allowance for requests without an account, shared by all behind one address, is used up.",
    fixes=(
        Fix(
            "Wait, or log in so that your own allowance counts.",
            ("hf auth login",),
            proof="hf auth whoami",
        ),
        Fix(
            "Start from the file that is here.",
            (
                "export HF_HUB_OFFLINE=1",
                "llama-server -m model.gguf",
            ),
            proof="curl -s http://127.0.0.1:8080/health",
        ),
    ),
    sources=(
        "https://github.com/ollama/ollama/issues/13297",
        "https://github.com/ggml-org/llama.cpp/issues/21677",
        "https://github.com/lmstudio-ai/lmstudio-bug-tracker/issues/1771",
        "https://github.com/thewh1teagle/vibe/issues/1164",
        "https://github.com/huggingface/huggingface_hub/issues/3312",
        "https://github.com/huggingface/transformers/issues/34841",
    ),
    likelihood=0.6,
    systems=(),
    confused_with=(),
)

SIGNATURES = (
    Signature(
        r"We had to rate limit (?:your IP|you)",
        (
            "we",
            "had",
            "to",
            "rate",
            "limit",
        ),
        certainty=0.95,
    ),
    Signature(r"(?:get_repo_files|GET failed|HEAD failed).{0,30}\(?429", ("429",), certainty=0.92),
    Signature(
        r"429 Client Error|HTTP(?: status)? (?:code )?429|429:? Too Many Requests",
        ("429",),
        certainty=0.92,
    ),
    Signature(
        r"Too Many Requests.{0,120}(?:huggingface|hf\.co)|(?:huggingface|hf\.co).{0,160}Too Many Requests",
        (
            "too",
            "many",
            "requests",
        ),
        certainty=0.9,
    ),
)
