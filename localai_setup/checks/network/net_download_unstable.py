"""Downloads run through.

Why: Parallel parts time out on a slow or shaky line, VPN or filtering proxy.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature

PROBLEM = Problem(
    title="The download breaks off because the line is slow or shaky.",
    seen="The download stops again and again; starting it once more goes on.",
    why="Parallel parts time out on a slow or shaky line, VPN or filtering proxy.",
    fixes=(
        Fix(
            "Repeat it until it is through; it goes on where it stopped.",
            ("until ollama pull llama3.2:1b; do sleep 5; done",),
            proof="ollama list",
        ),
        Fix(
            "Avoid VPN and Wi-Fi, or fetch the file with a program that resumes, and import it.",
            (
                "curl -L -C - -O https://huggingface.co/bartowski/Llama-3.2-1B-Instruct-GGUF/resolve/main/Llama-3.2-1B-Instruct-Q4_K_M.gguf",
            ),
            proof="ollama list",
        ),
    ),
    sources=(
        "https://github.com/ollama/ollama/issues/1158",
        "https://github.com/ollama/ollama/issues/6211",
        "https://github.com/ollama/ollama/issues/8167",
        "https://github.com/ollama/ollama/issues/3162",
        "https://github.com/ollama/ollama/issues/1036",
        "https://github.com/ollama/ollama/issues/1736",
        "https://github.com/ollama/ollama/issues/8533",
        "https://github.com/ollama/ollama/issues/1668",
        "https://github.com/kubeai-project/kubeai/issues/378",
    ),
    likelihood=0.6,
    systems=(),
    confused_with=(
        "net-proxy-not-in-service-env",
        "net-download-altered",
    ),
)

SIGNATURES = (
    Signature(
        r"part \d+ stalled; retrying",
        (
            "part",
            "stalled",
            "retrying",
        ),
        certainty=0.92,
    ),
    Signature(
        r"part \d+ attempt \d+ failed:",
        (
            "part",
            "attempt",
            "failed",
        ),
        certainty=0.92,
        unless=(r"no space left|no such host",),
    ),
    Signature(
        r"max retries exceeded: (?:unexpected )?EOF",
        (
            "max",
            "retries",
            "exceeded",
            "eof",
        ),
        certainty=0.9,
    ),
    Signature(
        r"max retries exceeded",
        (
            "max",
            "retries",
            "exceeded",
        ),
        certainty=0.85,
        unless=(
            r"no such host|no space left|x509|cloudflarestorage.*(?:no such host|refused)|HTTPSConnectionPool|HTTPConnectionPool",
        ),
    ),
    Signature(
        r"(?:TLS handshake timeout|wsarecv|connection reset by peer|unexpected EOF|stream error)",
        ("timeout",),
        certainty=0.85,
        also=(r"pull|download|blob",),
    ),
    Signature(
        r"(?:connection reset by peer|wsarecv: )",
        ("reset",),
        certainty=0.85,
        also=(r"pull|download|blobs?",),
    ),
    Signature(r"IncompleteRead\(|ChunkedEncodingError", ("incompleteread",), certainty=0.85),
    Signature(
        r"Read timed out\.|ReadTimeoutError",
        (
            "timed",
            "out",
        ),
        certainty=0.85,
        also=(r"download|pip|hf|huggingface",),
        unless=(r"host='huggingface",),
    ),
)
