"""The proxy lets Ollama's download server through.

Why: A filtering proxy blocks the registry's address or the program's name.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature

PROBLEM = Problem(
    title="The company's proxy refuses Ollama's download server.",
    seen="The download stops at its first step with an empty refusal, with proxy and certificate set.",
    why="A filtering proxy blocks the registry's address or the program's name.",
    fixes=(
        Fix(
            "See who refuses.",
            ("curl -vI https://registry.ollama.ai/v2/",),
            proof="curl -I https://registry.ollama.ai/v2/",
        ),
        Fix(
            "Ask to have registry.ollama.ai and its storage allowed, or fetch the file elsewhere and import it.",
            ("ollama create mymodel -f Modelfile",),
            proof="ollama list",
        ),
    ),
    sources=("https://github.com/ollama/ollama/issues/2622",),
    likelihood=0.6,
    systems=("windows",),
    confused_with=(
        "ollama-browser-origin-refused",
        "net-tls-intercepted",
    ),
)

SIGNATURES = (
    Signature(
        r"^\s*Error: 403:\s*(?:$|\S)",
        (
            "error",
            "403",
        ),
        certainty=0.9,
    ),
    Signature(
        r"(?:pull model manifest|registry\.ollama\.ai).{0,200}(?:\b403\b|Forbidden|\b407\b|Blocked)",
        ("manifest",),
        certainty=0.93,
    ),
    Signature(
        r"registry\.ollama\.ai.{0,200}(?:Forbidden|\b403\b|blocked|Proxy Authentication Required)",
        (
            "registry",
            "ollama",
            "ai",
        ),
        certainty=0.92,
    ),
    Signature(
        r"Proxy Authentication Required",
        (
            "proxy",
            "authentication",
            "required",
        ),
        certainty=0.85,
    ),
    Signature(
        r"Received HTTP code 40[37] from proxy after CONNECT",
        (
            "received",
            "http",
            "code",
            "from",
            "proxy",
            "after",
            "connect",
        ),
        certainty=0.85,
    ),
)
