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
            "Take another port (8081 is an example; your own model file in place of model.gguf).",
            ("llama-server -m model.gguf --port 8081",),
            proof="curl -s http://127.0.0.1:8081/health",
            where=Where(systems=("linux", "macos")),
        ),
        Fix(
            "Take another port (8081 is an example; your own model file in place of model.gguf).",
            ("llama-server -m model.gguf --port 8081",),
            proof="curl.exe -s http://127.0.0.1:8081/health",
            where=Where(systems=("windows",)),
        ),
        Fix(
            "Or see who has the port (8080 unless you chose another), and end it by its number with `kill NUMBER`.",
            ("sudo ss -ltnp 'sport = :8080'",),
            needs_root=True,
            loses="The program that is ended loses what it is doing.",
            proof="ss -ltn",
            where=Where(systems=("linux",)),
        ),
        Fix(
            "Or see who has the port (8080 unless you chose another), and end it by its number with `kill NUMBER`.",
            ("lsof -nP -iTCP:8080 -sTCP:LISTEN",),
            loses="The program that is ended loses what it is doing.",
            proof="lsof -nP -iTCP:8080 -sTCP:LISTEN",
            where=Where(systems=("macos",)),
        ),
        Fix(
            "Or see who has the port (8080 unless you chose another): the last column is its number in the task manager; end it there.",
            ("netstat -ano | findstr :8080",),
            loses="The program that is ended loses what it is doing.",
            proof="netstat -ano | findstr :8080",
            where=Where(systems=("windows",)),
        ),
        Fix(
            "If you gave an address with --host, it must be one of this computer: leave it out, or give 127.0.0.1.",
            ("llama-server -m model.gguf --host 127.0.0.1",),
            proof="curl -s http://127.0.0.1:8080/health",
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
    Signature(r"exiting due to HTTP server error", ("exiting", "http", "server"), certainty=0.85),
    Signature(
        r"couldn.t bind (?:HTTP server socket|to server socket)",
        ("socket", "server", "bind"),
        certainty=0.97,
    ),
    Signature(r"couldn.t start HTTP listener on ", ("listener", "start", "http"), certainty=0.95),
    Signature(
        r"(?:start|main|server|srv)\S{0,20}: .{0,20}couldn.t bind\b", ("bind",), certainty=0.95
    ),
    Signature(
        r"error while attempting to bind on address \('[^']*', (?!11434)\d+",
        ("attempting", "address", "while"),
        certainty=0.95,
    ),
    Signature(
        r"Errno (?:98|48|10048)\b.{0,80}(?:address already in use|only one usage)",
        ("errno",),
        certainty=0.9,
        unless=(r"11434",),
    ),
    Signature(
        r"Errno 99\b.{0,40}annot assign requested address",
        ("requested", "address", "assign"),
        certainty=0.85,
    ),
    Signature(
        r"EADDRINUSE\b.{0,60}:(?!11434)\d{2,5}\b",
        ("eaddrinuse",),
        certainty=0.88,
        unless=(r"11434",),
    ),
    Signature(
        r"bind: address already in use",
        ("already", "address", "bind"),
        certainty=0.85,
        unless=(r"11434",),
    ),
    Signature(
        r"bind: Only one usage of each socket address",
        ("address", "socket", "usage"),
        certainty=0.85,
        unless=(r"11434",),
    ),
    Signature(
        r"bind\(\)? (?:to \S+ )?failed.{0,40}(?:already in use|10048)",
        ("bind",),
        certainty=0.85,
        unless=(r"11434",),
    ),
    Signature(
        r"(?:bind|listen)\S{0,20} .{0,40}:(?:8080|8000|8081|1234)\b.{0,40}in use",
        ("use",),
        certainty=0.88,
        unless=(r"11434",),
    ),
    Signature(
        r"port (?:8080|8000|8081|1234|5001|1337|4891)\b.{0,30}(?:already in use|is (?:in use|occupied|taken|busy|already))",
        ("port",),
        certainty=0.9,
    ),
    Signature(
        r"(?:start|main): failed to (?:start|initialize) (?:the )?(?:HTTP )?server\b",
        ("failed", "to"),
        certainty=0.8,
        unless=(r"SSL|cert",),
    ),
    Signature(
        r"Bind for \S+:(?!11434)\d+ failed: port is already allocated",
        ("allocated", "already", "bind"),
        certainty=0.88,
    ),
    Signature(
        r"exposing port TCP \S+:(?!11434)\d+ -> .{0,120}bind: ",
        ("exposing", "port", "tcp"),
        certainty=0.88,
    ),
    Signature(
        r"bind: .{0,10}Normalerweise darf jede Socketadresse",
        ("socketadresse", "bind", "darf"),
        certainty=0.85,
        unless=(r"11434",),
    ),
    Signature(r"WinError 100(?:48|13)\b", ("winerror",), certainty=0.88, unless=(r"11434",)),
    Signature(r"\[Errno (?:98|48|10048)\]", ("errno",), certainty=0.86, unless=(r"11434",)),
    Signature(
        r"Cannot find empty port in range", ("cannot", "find", "port", "range"), certainty=0.9
    ),
    Signature(r"\bAddrInUse\b", ("addrinuse",), certainty=0.88, unless=(r"11434",)),
    Signature(
        r"Address already in use \(os error (?:98|48)\)",
        ("address", "already", "use", "error"),
        certainty=0.88,
        unless=(r"11434",),
    ),
    Signature(
        r"\bport (?!11434\b)\d{2,5} is (?:already )?(?:in use|being used|occupied|taken)",
        ("port", "is"),
        certainty=0.86,
        unless=(r"11434",),
    ),
    *(
        Signature(
            rf"\bbind: .{{0,10}}{words}",
            needs,
            certainty=0.85,
            unless=(r"11434",),
        )
        for words, needs in (
            ("Une seule utilisation de chaque adresse", ("utilisation", "chaque", "adresse")),
            ("Solo se permite un uso de cada direcci", ("permite", "uso", "cada")),
            ("Di norma . consentito un solo utilizzo", ("norma", "consentito", "utilizzo")),
        )
    ),
)
