"""No second Ollama server is being started.

Why: The installer already runs Ollama as a service or as an app in the menu bar or tray.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature, Where

PROBLEM = Problem(
    title="Ollama already runs; a second server cannot have the same port.",
    seen="Starting a server fails at once, and ending the first one brings it back.",
    why="The installer already runs Ollama as a service or as an app in the menu bar or tray.",
    fixes=(
        Fix(
            "Nothing needs starting: use the one that runs.", ("ollama list",), proof="ollama list"
        ),
        Fix(
            "For a server of your own, stop the service or use another port.",
            (
                "sudo systemctl stop ollama",
                "OLLAMA_HOST=127.0.0.1:11435 ollama serve",
            ),
            needs_root=True,
            proof="ollama list",
            where=Where(systems=("linux",)),
        ),
    ),
    sources=(
        "https://github.com/ollama/ollama/issues/707",
        "https://github.com/ollama/ollama/issues/3575",
        "https://github.com/ollama/ollama/issues/2540",
        "https://github.com/ollama/ollama/issues/7214",
        "https://github.com/ollama/ollama/issues/8261",
        "https://github.com/ollama/ollama/issues/9960",
        "https://github.com/ollama/ollama/issues/2194",
        "https://github.com/zylon-ai/private-gpt/issues/1749",
        "https://github.com/ollama/ollama/issues/11096",
    ),
    likelihood=0.7,
    systems=(),
    confused_with=(
        "ollama-host-not-in-service",
        "llama-server-port-taken",
    ),
)

SIGNATURES = (
    Signature(
        r"listen tcp (?:127\.0\.0\.1|\[::1\]|localhost):11434: bind:",
        (
            "listen",
            "tcp",
            "11434",
        ),
        certainty=0.93,
    ),
    Signature(
        r"listen tcp \S*:11434: bind: .{0,200}",
        (
            "listen",
            "tcp",
            "11434",
        ),
        certainty=0.9,
        unless=(r"0\.0\.0\.0:11434|\[::\]:11434",),
    ),
    Signature(
        r"11434.{0,120}(?:Only one usage of each socket address|Normalerweise darf jede Socketadresse|Une seule utilisation de chaque adresse|Solo se permite un uso de cada direcci|通常每个套接字地址|通常、各ソケット アドレス|Обычно разрешается только одно)",
        ("11434",),
        certainty=0.9,
    ),
    Signature(
        r"11434.{0,40}(?:address already in use|port is already allocated|EADDRINUSE)|(?:EADDRINUSE|already in use|already allocated).{0,60}11434",
        ("11434",),
        certainty=0.85,
        unless=(r"listen tcp (?:0\.0\.0\.0|\[::\])",),
    ),
)
