"""The account has access to the model.

Why: Access was not granted yet, the token lacks the right to read such models, or a mirror does
not serve them.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature, Where

PROBLEM = Problem(
    title="Your Hugging Face account is known but has no access to this model.",
    seen="Logged in, and still turned away.",
    why="Access was not granted yet, the token lacks the right to read such models, or a mirror does not serve them.",
    fixes=(
        Fix(
            "Ask for access on the model's page and wait for the answer (huggingface.co/settings/gated-repos shows it); log in with a token that may read gated models.",
            ("hf auth login", "hf auth whoami"),
            proof="hf download meta-llama/Llama-3.2-1B config.json",
        ),
        Fix(
            "Do not use a mirror for such models.",
            ("unset HF_ENDPOINT",),
            proof="hf download meta-llama/Llama-3.2-1B config.json",
            where=Where(systems=("linux", "macos")),
        ),
        Fix(
            "Do not use a mirror for such models (PowerShell).",
            ("Remove-Item Env:HF_ENDPOINT",),
            proof="hf download meta-llama/Llama-3.2-1B config.json",
            where=Where(systems=("windows",)),
        ),
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
    Signature(r"GatedRepoError: 403\b", ("gatedrepoerror", "403"), certainty=0.97),
    Signature(
        r"you are not in the authorized list\b", ("authorized", "list", "are"), certainty=0.97
    ),
    Signature(
        r"403 Client Error\b[\s\S]{0,300}(?:huggingface|hf\.co|gated|restricted|Request ID)",
        ("client", "403", "error"),
        certainty=0.95,
        lines=4,
    ),
    Signature(
        r"Your request to access model .{0,160}(?:is|has been) (?:awaiting|pending|rejected)",
        ("request", "access", "model"),
        certainty=0.96,
    ),
    Signature(
        r"is awaiting a review from the repo authors\b",
        ("awaiting", "authors", "review"),
        certainty=0.97,
    ),
    Signature(
        r"has been rejected by the repo(?:\S* authors)?\b",
        ("rejected", "been", "has"),
        certainty=0.9,
    ),
    Signature(
        r"enable access to public gated repositories in your fine-grained token\b",
        ("repositories", "grained", "enable"),
        certainty=0.97,
    ),
    Signature(r"public gated repositories\b", ("repositories", "public", "gated"), certainty=0.93),
    Signature(
        r"403 Forbidden: .{0,200}(?:fine-grained|gated|token|permissions)",
        ("forbidden", "403"),
        certainty=0.95,
    ),
    Signature(
        r"Cannot access content at: https://huggingface\.co",
        ("huggingface", "content", "access"),
        certainty=0.93,
    ),
    Signature(r"(?:huggingface\.co|hf\.co)\b.{0,300}\b403\b", ("403", "co"), certainty=0.88),
    Signature(r"\b403\b.{0,300}(?:huggingface\.co|hf\.co)\b", ("403", "co"), certainty=0.88),
    Signature(r"GET failed \(403\)", ("403", "get", "failed"), certainty=0.93),
    Signature(
        r"Access to this resource is disabled\b", ("resource", "disabled", "access"), certainty=0.85
    ),
    Signature(
        r"Make sure your token has the correct permissions\b",
        ("permissions", "correct", "token"),
        certainty=0.9,
    ),
    *(
        Signature(pattern, needs, certainty=0.93)
        for pattern, needs in (
            (r"HEAD failed\b.{0,20}\b403\b", ("failed", "head", "403")),
            (r"Access to this model is pending approval\b", ("approval", "pending", "access")),
            (r"is pending a review from the repo.s authors\b", ("authors", "pending", "review")),
        )
    ),
)
