"""Hugging Face can be reached.

Why: The region or company blocks Hugging Face or its download servers, or a mirror answers in its
place.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature

PROBLEM = Problem(
    title="Hugging Face cannot be reached from this network.",
    seen="Connections to Hugging Face time out while other pages work.",
    why="The region or company blocks Hugging Face or its download servers, or a mirror answers in its place.",
    fixes=(
        Fix(
            "Test it.",
            ("curl -m5 -sI https://huggingface.co",),
            proof="curl -m5 -sI https://huggingface.co",
        ),
        Fix(
            "Use a permitted proxy, or a mirror you trust; check the checksum of what it delivers.",
            ("export HF_ENDPOINT=https://hf-mirror.com",),
            proof="curl -m5 -sI https://hf-mirror.com",
        ),
        Fix(
            "Or take the model from Ollama's library.",
            ("ollama pull llama3.2:1b",),
            proof="ollama list",
        ),
    ),
    sources=(
        "https://github.com/padeoe/hf-mirror-site/issues/16",
        "https://github.com/QwenLM/Qwen3/pull/556",
        "https://github.com/huggingface/huggingface_hub/issues/2830",
        "https://github.com/isair/jarvis/issues/507",
        "https://github.com/lllyasviel/ControlNet/issues/662",
        "https://github.com/Andyyyy64/whichllm/issues/128",
        "https://github.com/kyuz0/amd-strix-halo-comfyui-toolboxes/pull/27",
        "https://github.com/jzhang38/TinyLlama/issues/26",
    ),
    likelihood=0.6,
    systems=(),
    confused_with=("net-dns-failing",),
)

SIGNATURES = (
    Signature(
        r"HTTPSConnectionPool\(host='(?:[\w.-]*\.)?(?:huggingface\.co|hf\.co)'",
        ("httpsconnectionpool",),
        certainty=0.93,
        unless=(r"CERTIFICATE|certificate",),
    ),
    Signature(
        r"Distant resource does not seem to be on huggingface\.co",
        (
            "distant",
            "resource",
            "does",
            "not",
            "seem",
            "to",
            "be",
            "on",
            "huggingface",
            "co",
        ),
        certainty=0.94,
    ),
    Signature(
        r"We couldn't connect to 'https://(?:huggingface\.co|\S+)' to load",
        (
            "we",
            "couldn",
            "t",
            "connect",
            "to",
            "https",
            "load",
        ),
        certainty=0.93,
    ),
    Signature(
        r"(?:huggingface\.co|hf\.co|xethub).{0,160}(?:timed out|timeout|unreachable|refused|reset|Couldn't connect)",
        ("co",),
        certainty=0.88,
        unless=(r"x509",),
    ),
    Signature(
        r"LocalEntryNotFoundError",
        ("localentrynotfounderror",),
        certainty=0.9,
        unless=(r"401|403|gated",),
    ),
)
