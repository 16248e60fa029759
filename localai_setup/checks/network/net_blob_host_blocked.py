"""The storage behind the registry can be reached.

Why: A name filter knows Ollama's registry but not the Cloudflare storage behind it.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature

PROBLEM = Problem(
    title="The registry answers, but the server that stores the model files is blocked.",
    seen="The download shows the first part at 0 % and gives up.",
    why="A name filter knows Ollama's registry but not the Cloudflare storage behind it.",
    fixes=(
        Fix(
            "Use another name server.",
            (
                "resolvectl status",
                "sudo resolvectl dns eth0 1.1.1.1",
            ),
            needs_root=True,
            proof="resolvectl status",
        ),
        Fix(
            "Or have the company allow the Cloudflare R2 storage domain.",
            proof="ollama pull llama3.2:1b",
        ),
    ),
    sources=(
        "https://github.com/ollama/ollama/issues/9320",
        "https://github.com/ollama/ollama/issues/3594",
    ),
    likelihood=0.6,
    systems=(),
    confused_with=(
        "net-dns-failing",
        "net-proxy-blocks-registry",
    ),
)

SIGNATURES = (
    Signature(
        r"r2\.cloudflarestorage\.com.{0,300}(?:no such host|i/o timeout|refused|server misbehaving|timed out|unreachable|reset|forbidden|403)",
        ("cloudflarestorage",),
        certainty=0.96,
    ),
)
