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
            "Raise the context for the service (16384 is an example; more takes more graphics memory) and restart it; CONTEXT shows it once a model runs.",
            (
                "sudo mkdir -p /etc/systemd/system/ollama.service.d",
                "printf '[Service]\\nEnvironment=\"OLLAMA_CONTEXT_LENGTH=16384\"\\n' | sudo tee /etc/systemd/system/ollama.service.d/zz-localai-context.conf",
                "sudo systemctl daemon-reload",
                "sudo systemctl restart ollama",
            ),
            needs_root=True,
            proof="ollama ps",
            where=Where(systems=("linux",), systemd=True),
        ),
        Fix(
            "Raise the context (16384 is an example; more takes more memory), then quit and open Ollama again; CONTEXT shows it once a model runs.",
            ("launchctl setenv OLLAMA_CONTEXT_LENGTH 16384",),
            proof="ollama ps",
            where=Where(systems=("macos",)),
        ),
        Fix(
            "Raise the context (16384 is an example; more takes more graphics memory), then quit and open Ollama again; CONTEXT shows it once a model runs.",
            ("setx OLLAMA_CONTEXT_LENGTH 16384",),
            proof="ollama ps",
            where=Where(systems=("windows",)),
        ),
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
    Signature(r"truncating input (?:prompt|messages)\b", ("truncating", "input"), certainty=0.96),
    Signature(
        r"input truncated\b.{0,20}\bn_ctx\b", ("truncated", "input", "n_ctx"), certainty=0.96
    ),
    Signature(
        r"input (?:is )?truncated\b",
        ("input",),
        certainty=0.88,
        also=(r"n_ctx|llama|slot|ollama|prompt",),
    ),
    Signature(
        r"(?:prompt|request|input)\b.{0,80}(?:exceeds|is longer than|larger than|too long|too large)\b.{0,60}\bcontext\b",
        ("context",),
        certainty=0.93,
        unless=(r"requested context size too large for model",),
    ),
    Signature(
        r"(?:prompt|request|input)\b.{0,80}(?:exceeds|is longer than|larger than|too long|too large)\b.{0,60}\bn_ctx\b",
        ("n_ctx",),
        certainty=0.93,
    ),
    Signature(r"exceed_context_size_error\b", ("exceed_context_size_error",), certainty=0.96),
    Signature(
        r"exceeds the available context size\b", ("available", "context", "exceeds"), certainty=0.96
    ),
    Signature(
        r"exceeds? (?:the )?(?:maximum |model.s )?\bcontext (?:length|window|size|limit)\b",
        ("context",),
        certainty=0.92,
        unless=(r"KV cache is needed|max seq len",),
    ),
    Signature(
        r"maximum context length and cannot be truncated\b",
        ("truncated", "maximum", "context"),
        certainty=0.93,
    ),
    Signature(
        r"Requested tokens \(\d+\) exceed context window of",
        ("requested", "context", "exceed"),
        certainty=0.95,
    ),
    Signature(
        r"context (?:limit|length) (?:hit|exceeded|reached)\b.{0,20}shifting\b",
        ("context",),
        certainty=0.93,
    ),
    Signature(r"slot context shift, n_keep = \d+", ("context", "n_keep", "shift"), certainty=0.93),
    Signature(
        r"update_slots\b.{0,60}(?:context shift|truncated)\b(?! = 0)",
        ("update_slots",),
        certainty=0.9,
        unless=(r"truncated = 0\b",),
    ),
    Signature(r"context shift is disabled\b", ("disabled", "context", "shift"), certainty=0.9),
    Signature(
        r"This model's maximum context length is \d+ tokens",
        ("maximum", "context", "length"),
        certainty=0.92,
    ),
    Signature(
        r"number of tokens in the input prompt \(?\d+\)?.{0,40}exceed",
        ("number", "tokens", "prompt"),
        certainty=0.9,
    ),
    Signature(
        r"stop processing: n_(?:past|tokens) = \d+, truncated = 1\b",
        ("processing", "truncated", "stop"),
        certainty=0.88,
    ),
    *(
        Signature(pattern, needs, certainty=0.94, unless=(r"truncated = 0\b",))
        for pattern, needs in (
            (
                r"Trying to keep the first \d+ tokens when context\b",
                ("context", "tokens", "trying"),
            ),
            (r"greater than the context length\b", ("context", "greater", "length")),
            (
                r"[Pp]rompt (?:is )?too long[,.:;]? .{0,40}(?:truncat|tokens, max|n_ctx|context)",
                ("long", "too"),
            ),
            (
                r"prompt \(.{0,20}length \d+\) is (?:longer than|too long)",
                ("length", "prompt", "is"),
            ),
            (r"prompt is too long \(\d+ tokens\b", ("prompt", "tokens", "long")),
            (r"prompt was truncated\b", ("truncated", "prompt", "was")),
            (r"prompt tokens? .{0,20}truncated to\b", ("truncated", "prompt", "to")),
            (
                r"(?:prompt|input)\b.{0,40}\btokens\)? (?:is too long and )?exceed(?:s|ing)\b",
                ("tokens",),
            ),
            (r"Context size exceeded\b", ("exceeded", "context", "size")),
            (r"input is too large to process\b", ("process", "input", "large")),
            (r"\"truncated\" ?: ?true\b", ("truncated", "true")),
            (r"\btruncated = 1\b", ("truncated", "1")),
            (
                r"[Ii]nput length .{0,20}exceeds (?:the |model.s )?(?:maximum |max )?context",
                ("context", "exceeds", "length"),
            ),
        )
    ),
    Signature(
        r"Token indices sequence length is longer than the specified maximum sequence length\b",
        ("specified", "sequence", "indices"),
        certainty=0.82,
    ),
)
