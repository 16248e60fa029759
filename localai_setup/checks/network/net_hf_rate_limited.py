"""Hugging Face answers this network without delay.

Why: The allowance for requests without an account, shared by all behind one address, is used up.
"""

from __future__ import annotations

from ...model.finding import Evidence, Fix, Problem, Signature, Symptom, Where
from ...probes.network import Network

#: HTTP status
TOO_MANY_REQUESTS = 429

PROBLEM = Problem(
    title="Hugging Face asks this network to slow down.",
    seen="Downloads or searches fail for a while, even for models that are here.",
    why="The allowance for requests without an account, shared by all behind one address, is used up.",
    fixes=(
        Fix(
            "Wait some minutes, or log in so that your own allowance counts.",
            ("hf auth login",),
            proof="hf auth whoami",
        ),
        Fix(
            "Start from the file that is here (model.gguf stands for it); the first line is for Python programs.",
            (
                "export HF_HUB_OFFLINE=1",
                "llama-server -m model.gguf",
            ),
            proof="curl -s http://127.0.0.1:8080/health",
            where=Where(systems=("linux", "macos")),
        ),
        Fix(
            "Start from the file that is here (model.gguf stands for it), in PowerShell; the first line is for Python programs.",
            (
                "$env:HF_HUB_OFFLINE=1",
                "llama-server -m model.gguf",
            ),
            proof="curl.exe -s http://127.0.0.1:8080/health",
            where=Where(systems=("windows",)),
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
    Signature(r"We had to rate limit (?:your IP|you)\b", ("limit", "rate", "had"), certainty=0.97),
    Signature(
        r"(?:get_repo_files|GET failed|HEAD failed)\b.{0,30}\b429\b", ("429",), certainty=0.95
    ),
    Signature(
        r"you have reached your .{1,40} rate limit\b", ("reached", "limit", "rate"), certainty=0.96
    ),
    Signature(r"You.ve hit the rate limit\b", ("limit", "rate", "hit"), certainty=0.93),
    Signature(r"429 Client Error\b", ("client", "429", "error"), certainty=0.94),
    Signature(
        r"\b429\b:? Too Many Requests\b",
        ("requests", "many", "too"),
        certainty=0.93,
        unless=(r"api\.openai|anthropic|docker\.io|toomanyrequests",),
    ),
    Signature(
        r"Too Many Requests\b",
        ("requests", "many", "too"),
        certainty=0.88,
        also=(r"huggingface|hf\.co|HF_|hf_hub|Hugging Face",),
        unless=(r"docker\.io|toomanyrequests",),
    ),
    Signature(
        r"HTTP(?:/\d(?:\.\d)?)?(?: status)?(?: code)?:? 429\b",
        ("429",),
        certainty=0.9,
        unless=(r"api\.openai|docker\.io",),
    ),
    Signature(
        r"(?:status|code|error)\b\S{0,3} ?\b429\b",
        ("429",),
        certainty=0.85,
        also=(r"huggingface|hf\.co|HF_|hf_hub|Hugging Face",),
    ),
    Signature(r"(?:huggingface\.co|hf\.co)\b.{0,200}\b429\b", ("429", "co"), certainty=0.93),
    Signature(
        r"rate limit(?:ed)?\b.{0,120}(?:Hugging ?Face|hf\.co|HF_TOKEN)", ("rate",), certainty=0.92
    ),
    Signature(r"pull model manifest: 429\b", ("manifest", "model", "pull"), certainty=0.93),
    *(
        Signature(pattern, needs, certainty=0.93)
        for pattern, needs in (
            (r"Rate limited\. Waiting \d", ("limited", "waiting", "rate")),
            (r"HTTP Error 429 thrown while\b", ("thrown", "error", "while")),
            (r"(?:hugging ?face|hf)\b.{0,40}rate limit (?:exceeded|reached)", ("limit", "rate")),
        )
    ),
)


def check(network: Network) -> Symptom | None:
    for host in ("huggingface.co", "hf.co"):
        for one in network.of(host):
            if one.code == TOO_MANY_REQUESTS:
                what = "Hugging Face refuses more requests from this address for a while."
                return Symptom(what, (Evidence(one.key, f"status {one.code}"),), 0.96)
    return None
