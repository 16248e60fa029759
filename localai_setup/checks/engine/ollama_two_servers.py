"""One Ollama server answers at this address.

Why: WSL forwards Windows' localhost, so whichever server came first answers; each has a store of
its own.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature, Where

PROBLEM = Problem(
    title="Two Ollama servers, on Windows and in WSL, share one address.",
    seen="Command line and web interface list different models, downloads vanish, and the card is used only at times.",
    why="WSL forwards Windows' localhost, so whichever server came first answers; each has a store of its own.",
    fixes=(
        Fix(
            "Keep one server: switch off the one in WSL.",
            ("sudo systemctl disable --now ollama",),
            needs_root=True,
            proof="ollama list",
            where=Where(systems=("linux",)),
        ),
        Fix(
            "See who listens on the Windows side.",
            ("netstat -ano | findstr 11434",),
            proof="ollama list",
            where=Where(systems=("windows",)),
        ),
    ),
    sources=(
        "https://github.com/ollama/ollama/issues/7955",
        "https://github.com/ollama/ollama/issues/7163",
        "https://github.com/ollama/ollama/issues/8458",
    ),
    likelihood=0.4,
    systems=(
        "linux",
        "windows",
    ),
    confused_with=(
        "ollama-models-dir-differs",
        "ollama-old-server-running",
    ),
)

SIGNATURES = (
    Signature(
        r"(?:wslrelay|wslhost)(?:\.exe)? .{0,80}11434|11434.{0,80}(?:wslrelay|wslhost)",
        ("11434",),
        certainty=0.85,
    ),
    Signature(
        r"ollama(?: app)?\.exe",
        ("exe",),
        certainty=0.75,
        also=(
            r"(?:11434.*){1}|wsl",
            r"wslrelay|WSL.{0,40}(?:ollama|11434)|ollama\.service",
        ),
        unless=(r"quarantin",),
    ),
)
