"""An Ollama server answers.

Why: The service was never switched on (installed by hand, or in a container without systemd), or
it crashed.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature, Where

PROBLEM = Problem(
    title="The Ollama server is not running.",
    seen="Every command fails because nobody answers.",
    why="The service was never switched on (installed by hand, or in a container without systemd), or it crashed.",
    fixes=(
        Fix(
            "Start it now and at each boot; if it does not stay up, read its log.",
            (
                "sudo systemctl enable --now ollama",
                "systemctl status ollama --no-pager",
                "journalctl -u ollama -e --no-pager",
            ),
            needs_root=True,
            proof="ollama list",
            where=Where(systems=("linux",)),
        ),
        Fix(
            "Without systemd start it in a second terminal; on Windows and macOS open the app.",
            ("ollama serve",),
            proof="ollama list",
        ),
    ),
    sources=(
        "https://github.com/ollama/ollama/issues/2928",
        "https://github.com/ollama/ollama/issues/8813",
        "https://github.com/ollama/ollama/issues/2727",
        "https://github.com/ollama/ollama/issues/3814",
        "https://github.com/varunvasudeva1/llm-server-docs/issues/2",
        "https://github.com/ollama/ollama/issues/387",
        "https://github.com/rasbt/LLMs-from-scratch/pull/193",
    ),
    likelihood=0.8,
    systems=(),
    confused_with=(
        "ollama-client-wrong-port",
        "net-proxy-captures-localhost",
    ),
)

SIGNATURES = (
    Signature(
        r"could not connect to (?:a running Ollama instance|ollama app|ollama server)",
        (
            "could",
            "not",
            "connect",
            "to",
        ),
        certainty=0.93,
    ),
    Signature(
        r"(?:127\.0\.0\.1|localhost|\[::1\]):11434\S*: connect(?:ex)?: connection refused",
        (
            "11434",
            "connection",
            "refused",
        ),
        certainty=0.93,
    ),
    Signature(
        r"(?:127\.0\.0\.1|localhost|\[::1\]):11434.{0,160}(?:actively refused|connection refused|ECONNREFUSED|Errno (?:61|111)|WinError 10061|Verbindung verweigerte|积极拒绝)",
        ("11434",),
        certainty=0.9,
    ),
    Signature(
        r"ECONNREFUSED (?:127\.0\.0\.1|::1):11434",
        (
            "econnrefused",
            "11434",
        ),
        certainty=0.85,
    ),
    Signature(
        r"Failed to connect to (?:127\.0\.0\.1|localhost) port 11434",
        (
            "failed",
            "to",
            "connect",
            "port",
            "11434",
        ),
        certainty=0.88,
    ),
    Signature(
        r"HTTPConnectionPool\(host='(?:localhost|127\.0\.0\.1)', port=11434\)",
        (
            "httpconnectionpool",
            "host",
            "port",
            "11434",
        ),
        certainty=0.88,
        unless=(r"host\.docker\.internal|container",),
    ),
    Signature(
        r"Failed to connect to Ollama\. Please check that Ollama is downloaded, running and accessible",
        (
            "failed",
            "to",
            "connect",
            "ollama",
            "please",
            "check",
            "that",
            "is",
            "downloaded",
            "running",
            "and",
            "accessible",
        ),
        certainty=0.9,
    ),
    Signature(
        r"ollama (?:server|serve|is) not (?:responding|running)|server not responding.{0,30}could not (?:find|connect to) ollama app",
        ("not",),
        certainty=0.9,
    ),
    Signature(
        r"Unit ollama\.service could not be found",
        (
            "unit",
            "ollama",
            "service",
            "could",
            "not",
            "be",
            "found",
        ),
        certainty=0.7,
    ),
)
