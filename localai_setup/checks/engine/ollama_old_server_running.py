"""The running Ollama server is the installed version.

Why: The server was not restarted after the update, or a second installation answers on its port.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature, Where

PROBLEM = Problem(
    title="The Ollama server that answers is older than the one installed.",
    seen="New models are refused although the newest release was installed.",
    why="The server was not restarted after the update, or a second installation answers on its port.",
    fixes=(
        Fix(
            "Restart the server; then no warning about versions may show.",
            ("sudo systemctl restart ollama", "ollama --version"),
            needs_root=True,
            proof="ollama --version",
            where=Where(systems=("linux",), systemd=True, container=False),
        ),
        Fix(
            "Quit the app in the menu bar or tray, and open it again.",
            proof="ollama --version",
            where=Where(systems=("macos", "windows")),
        ),
        Fix(
            "Look for a second installation (also snap, Docker), and remove the older one.",
            ("which -a ollama", "sudo ss -ltnp 'sport = :11434'"),
            needs_root=True,
            proof="ollama --version",
            where=Where(systems=("linux",)),
        ),
        Fix(
            "Look for a second installation (Homebrew, Docker), and remove the older one, such as with `brew uninstall ollama`.",
            ("which -a ollama", "lsof -nP -iTCP:11434 -sTCP:LISTEN"),
            proof="ollama --version",
            where=Where(systems=("macos",)),
        ),
        Fix(
            "Look for a second installation (also in WSL or Docker), and remove the older one.",
            ("where.exe ollama", "netstat -ano | findstr :11434"),
            proof="ollama --version",
            where=Where(systems=("windows",)),
        ),
        Fix(
            "In a container the image decides: fetch the newest, then create the container again with your options.",
            ("docker pull ollama/ollama",),
            proof="docker exec ollama ollama --version",
            where=Where(container=False),
        ),
    ),
    sources=(
        "https://github.com/ollama/ollama/issues/11737",
        "https://github.com/ollama/ollama/issues/10901",
        "https://github.com/ollama/ollama/issues/5334",
        "https://github.com/ollama/ollama/issues/8458",
        "https://github.com/ollama/ollama/issues/11023",
        "https://github.com/ollama/ollama/issues/4471",
        "https://github.com/ollama/ollama/issues/14352",
        "https://github.com/redhat-developer/vscode-paver/issues/130",
    ),
    likelihood=0.6,
    systems=(),
    confused_with=(
        "model-newer-than-engine",
        "ollama-two-servers",
    ),
)

SIGNATURES = (
    Signature(
        r"ollama (?:server )?version is (\S+)\s+Warning: client version is (?!\1\b)\S",
        ("warning", "version", "client"),
        certainty=0.97,
        lines=2,
    ),
    Signature(
        r"Warning: client version is v?\d+\.\d+",
        ("version", "warning", "client"),
        certainty=0.96,
        unless=(r"could not connect to a running",),
    ),
    Signature(
        r"requires a newer version of Ollama",
        ("requires", "version", "ollama"),
        certainty=0.93,
        also=(r"ollama (?:version is|--version|-v)|client version",),
    ),
    Signature(
        r"pull model manifest: 412",
        ("manifest", "model", "pull"),
        certainty=0.9,
        unless=(r"version is",),
    ),
    Signature(
        r"this model is not supported by your version of Ollama",
        ("supported", "version", "ollama"),
        certainty=0.7,
    ),
    Signature(
        r"\bclient version is v?\d+\.\d+",
        ("client", "version"),
        certainty=0.9,
        unless=(r"could not connect to a running",),
    ),
    Signature(
        r"\"version\":\s?\"(\d+\.\d+\.\d+)[^\"]{0,20}\"[\s\S]{0,200}(?:ollama|client) version is v?(?!\1)\d",
        ("version", "is"),
        certainty=0.93,
        lines=4,
    ),
    Signature(
        r"which -a ollama\s*\n/\S{1,80}/ollama\s*\n/\S{1,80}/ollama",
        ("which", "ollama"),
        certainty=0.85,
        lines=3,
        also=(r"version is",),
    ),
)
