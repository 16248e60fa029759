"""The port that llama-server wants is free.

Why: A second llama-server, Open WebUI or another program listens there, or the given address is
not one of this machine.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature, Where

PROBLEM = Problem(
    title="Another program holds the port that llama-server wants.",
    seen="The server stops after loading the model, or an older server goes on answering.",
    why="A second llama-server, Open WebUI or another program listens there, or the given address is not one of this machine.",
    fixes=(
        Fix(
            "See who listens on the port.",
            ("ss -ltnp 'sport = :8080'",),
            proof="ss -ltnp",
            where=Where(systems=("linux",)),
        ),
        Fix(
            "Stop that program, or take another port.",
            ("llama-server -m model.gguf --port 8081",),
            proof="curl -s http://127.0.0.1:8081/health",
        ),
    ),
    sources=(
        "https://github.com/PiDanShouRouZhouXD/Sakura_Launcher_GUI/issues/71",
        "https://github.com/neavo/OneClickLLAMA/issues/10",
        "https://github.com/mozilla-ai/llamafile/issues/81",
        "https://github.com/ggml-org/llama.cpp/issues/26822",
        "https://github.com/BrainDriveAI/OpenWebUI_CondaInstaller/issues/1",
    ),
    likelihood=0.6,
    systems=(),
    confused_with=("ollama-port-taken",),
)

SIGNATURES = (
    Signature(
        r"couldn't bind (?:HTTP server socket|to server socket)",
        (
            "couldn",
            "t",
            "bind",
        ),
        certainty=0.97,
    ),
    Signature(
        r"(?:start|main|server): .{0,20}couldn't bind",
        (
            "couldn",
            "t",
            "bind",
        ),
        certainty=0.95,
    ),
    Signature(
        r"\[?Errno (?:98|48|10048)\]? .{0,80}(?:address already in use|8080|8000|only one usage)",
        ("errno",),
        certainty=0.9,
        unless=(r"11434",),
    ),
    Signature(
        r"error while attempting to bind on address \('[^']+', (?!11434)\d+",
        (
            "error",
            "while",
            "attempting",
            "to",
            "bind",
            "on",
            "address",
        ),
        certainty=0.85,
    ),
    Signature(
        r"(?:bind|listen).{0,40}:(?:8080|8000|8081).{0,40}(?:already in use|in use|permission)",
        (
            "in",
            "use",
        ),
        certainty=0.85,
        unless=(r"11434",),
    ),
    Signature(
        r"(?:start|main): failed to (?:start|initialize) (?:the )?HTTP server",
        (
            "failed",
            "http",
            "server",
        ),
        certainty=0.8,
    ),
    Signature(
        r"Bind for \S+:(?!11434)\d+ failed: port is already allocated",
        (
            "bind",
            "for",
            "failed",
            "port",
            "is",
            "already",
            "allocated",
        ),
        certainty=0.75,
    ),
)
