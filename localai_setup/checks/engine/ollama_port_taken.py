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
            "For a server of your own, stop the service first.",
            ("sudo systemctl stop ollama", "ollama serve"),
            needs_root=True,
            loses="Answers that are being written are cut off.",
            proof="ollama list",
            where=Where(systems=("linux",), systemd=True, container=False),
        ),
        Fix(
            "For a server of your own, quit Ollama in the menu bar or tray first.",
            ("ollama serve",),
            loses="Answers that are being written are cut off.",
            proof="ollama list",
            where=Where(systems=("macos", "windows")),
        ),
        Fix(
            "Or give yours another port (11435 is an example).",
            ("OLLAMA_HOST=127.0.0.1:11435 ollama serve",),
            proof="OLLAMA_HOST=127.0.0.1:11435 ollama list",
            where=Where(systems=("linux", "macos")),
        ),
        Fix(
            "Or give yours another port (11435 is an example; PowerShell).",
            ("$env:OLLAMA_HOST='127.0.0.1:11435'; ollama serve",),
            proof="$env:OLLAMA_HOST='127.0.0.1:11435'; ollama list",
            where=Where(systems=("windows",)),
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
        r"listen tcp (?:127\.0\.0\.1|\[::1\]|localhost):11434: bind: ",
        ("listen", "11434", "bind"),
        certainty=0.95,
    ),
    Signature(
        r"listen tcp4? \S*:11434: bind: address already in use",
        ("already", "address", "listen"),
        certainty=0.9,
        unless=(r"listen tcp (?:0\.0\.0\.0|\[::\]|):11434",),
    ),
    Signature(
        r"listen tcp4? \S*:11434: bind: (?!address already)",
        ("listen", "11434", "bind"),
        certainty=0.93,
    ),
    Signature(
        r"\b11434\b.{0,160}Only one usage of each socket address",
        ("address", "socket", "11434"),
        certainty=0.93,
    ),
    Signature(
        r"\b11434\b.{0,160}Normalerweise darf jede Socketadresse",
        ("socketadresse", "11434", "darf"),
        certainty=0.93,
    ),
    Signature(
        r"\b11434\b.{0,160}Une seule utilisation de chaque adresse",
        ("utilisation", "adresse", "chaque"),
        certainty=0.93,
    ),
    Signature(
        r"\b11434\b.{0,160}Solo se permite un uso de cada direcci",
        ("permite", "direcci", "11434"),
        certainty=0.93,
    ),
    Signature(r"\b11434\b.{0,160}通常每个套接字地址", ("11434",), certainty=0.93),
    Signature(r"\b11434\b.{0,160}通常、各ソケット", ("11434",), certainty=0.93),
    Signature(r"\b11434\b.{0,160}Обычно разрешается только одно", ("11434",), certainty=0.93),
    Signature(
        r"\b11434\b.{0,40}(?:address already in use|port is already allocated|EADDRINUSE)",
        ("11434",),
        certainty=0.88,
        unless=(r"listen tcp (?:0\.0\.0\.0|\[::\]|):11434",),
    ),
    Signature(
        r"(?:EADDRINUSE|already in use|already allocated).{0,60}\b11434\b",
        ("11434",),
        certainty=0.88,
        unless=(r"listen tcp (?:0\.0\.0\.0|\[::\]|):11434",),
    ),
    Signature(
        r"Bind for \S+:11434 failed: port is already allocated",
        ("allocated", "already", "11434"),
        certainty=0.93,
    ),
    Signature(
        r"Error starting userland proxy: listen tcp4? \S*:11434: bind: address already in use",
        ("userland", "starting", "already"),
        certainty=0.94,
    ),
    Signature(
        r"\b11434\b.{0,200}forbidden by its access permissions",
        ("permissions", "access", "11434"),
        certainty=0.93,
    ),
    # the service or the container meets the conflict itself, whatever address it was given
    Signature(
        r"listen tcp4? \S*:11434: bind: address already in use",
        ("listen", "11434", "bind", "already"),
        certainty=0.96,
        also=(
            r"ollama\.service: |ollama\[\d+\]: |Ports are not available|rootlessport|cannot listen on the TCP port",
        ),
    ),
)
