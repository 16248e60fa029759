"""Ollama accepts requests from the web page that asks.

Why: Ollama answers browsers only for pages on its list of allowed origins.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature, Where

PROBLEM = Problem(
    title="Ollama turns this web page or browser extension away.",
    seen="The command line works; the app in the browser gets an empty refusal.",
    why="Ollama answers browsers only for pages on its list of allowed origins.",
    fixes=(
        Fix(
            "Add the page or extension to the list, and restart the service.",
            (
                "sudo mkdir -p /etc/systemd/system/ollama.service.d",
                "printf '[Service]\\nEnvironment=\"OLLAMA_ORIGINS=chrome-extension://*,http://localhost:*\"\\n' | sudo tee /etc/systemd/system/ollama.service.d/localai-origins.conf",
                "sudo systemctl daemon-reload",
                "sudo systemctl restart ollama",
            ),
            needs_root=True,
            proof='curl -sI -H "Origin: http://localhost:3000" http://127.0.0.1:11434/api/tags',
            where=Where(systems=("linux",)),
        ),
        Fix(
            "On macOS set the variable for apps, then open Ollama again.",
            ("launchctl setenv OLLAMA_ORIGINS 'chrome-extension://*'",),
            proof="launchctl getenv OLLAMA_ORIGINS",
            where=Where(systems=("macos",)),
        ),
    ),
    sources=(
        "https://github.com/ollama/ollama/issues/2425",
        "https://github.com/ollama/ollama/issues/2308",
        "https://github.com/ollama/ollama/issues/3016",
        "https://github.com/ollama/ollama/pull/1797",
        "https://github.com/ollama/ollama/issues/6489",
        "https://github.com/intel/ipex-llm/issues/11916",
        "https://github.com/browseros-ai/BrowserOS/issues/175",
        "https://github.com/adamtash/typollama/issues/1",
    ),
    likelihood=0.6,
    systems=(),
    confused_with=("net-proxy-blocks-registry",),
)

SIGNATURES = (
    Signature(
        r'\|\s*403\s*\|.{0,80}\|\s*(?:POST|GET|OPTIONS|HEAD|DELETE)\s+"?/(?:v1|api)',
        ("403",),
        certainty=0.93,
    ),
    Signature(
        r"Ollama requires additional access origins",
        (
            "ollama",
            "requires",
            "additional",
            "access",
            "origins",
        ),
        certainty=0.96,
    ),
    Signature(
        r"blocked by CORS policy",
        (
            "blocked",
            "by",
            "cors",
            "policy",
        ),
        certainty=0.92,
    ),
    Signature(
        r"No 'Access-Control-Allow-Origin' header",
        (
            "access",
            "control",
            "allow",
            "origin",
        ),
        certainty=0.9,
    ),
    Signature(
        r"(?:11434|ollama).{0,120}(?:Status(?: code)?:?\s*403|403 \(?Forbidden)",
        (
            "403",
            "forbidden",
        ),
        certainty=0.85,
        unless=(r"registry\.ollama\.ai|proxy",),
    ),
    Signature(
        r"OLLAMA_ORIGINS.{0,60}(?:403|forbidden|not allowed)", ("ollama_origins",), certainty=0.8
    ),
)
