"""Requests to this computer do not go through a proxy.

Why: The plain-HTTP proxy variable is set without an exception for this computer.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature, Symptom
from ...probes.services import Services

PROBLEM = Problem(
    title="A proxy setting sends requests to this very computer through the proxy.",
    seen="The command line gets an empty error although the server runs; without the proxy variable it works.",
    why="The plain-HTTP proxy variable is set without an exception for this computer.",
    fixes=(
        Fix(
            "Make the exception, or leave the plain-HTTP variable out (the HTTPS one is enough).",
            (
                "export NO_PROXY=localhost,127.0.0.1,::1,host.docker.internal",
                "unset HTTP_PROXY http_proxy",
            ),
            proof="ollama list",
        ),
    ),
    sources=("https://github.com/ollama/ollama/issues/4834",),
    likelihood=0.5,
    systems=(),
    confused_with=("ollama-server-not-running",),
)

SIGNATURES = (
    Signature(
        r"something went wrong, please see the ollama server logs for details",
        (
            "something",
            "went",
            "wrong",
            "please",
            "see",
            "the",
            "ollama",
            "server",
            "logs",
            "for",
            "details",
        ),
        certainty=0.9,
    ),
    Signature(
        r"(?:503|502|504|403).{0,160}(?:localhost|127\.0\.0\.1):11434|(?:localhost|127\.0\.0\.1):11434.{0,160}\b(?:503|502|504)\b",
        ("11434",),
        certainty=0.9,
        unless=(r"\[GIN\]",),
    ),
    Signature(
        r"(?:localhost|127\.0\.0\.1).{0,120}(?:squid|proxy error|ERR_ACCESS_DENIED|Cannot connect to proxy)",
        ("proxy",),
        certainty=0.85,
    ),
)


def check(services: Services) -> Symptom | None:
    shell = services.shell
    proxy = shell.get("http_proxy") or shell.get("HTTP_PROXY")
    excepted = shell.get("no_proxy", "") + shell.get("NO_PROXY", "")
    told = {"no_proxy", "NO_PROXY"} <= services.unset or bool(excepted)
    if not proxy or not told or "localhost" in excepted or "127.0.0.1" in excepted:
        return None
    return Symptom(f"The proxy {proxy} is set, and NO_PROXY does not except this computer.")
