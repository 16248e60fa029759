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
            "Start it now and at each boot. If it does not stay up, the last line shows why; if there is no such service, run the official installer (ollama.com/download).",
            (
                "sudo systemctl enable --now ollama",
                "systemctl status ollama --no-pager",
                "journalctl -u ollama -e --no-pager",
            ),
            needs_root=True,
            proof="ollama list",
            where=Where(systems=("linux",), systemd=True, container=False),
        ),
        Fix(
            "Without systemd, or in a container, start it in a second terminal and leave that open.",
            ("ollama serve",),
            proof="ollama list",
            where=Where(systems=("linux",)),
        ),
        Fix(
            "Open the app.",
            ("open -a Ollama",),
            proof="ollama list",
            where=Where(systems=("macos",)),
        ),
        Fix(
            "Open Ollama from the Start menu, or start the server in a second terminal and leave that open.",
            ("ollama serve",),
            proof="ollama list",
            where=Where(systems=("windows",)),
        ),
        Fix(
            "If it lives in a container, start that (here it is named ollama).",
            ("docker start ollama",),
            proof="docker exec ollama ollama list",
            where=Where(container=False),
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

#: From inside a container this computer has another name: the network is at fault there.
FROM_CONTAINER = r"host\.docker\.internal|172\.17\.0\.1|host\.containers\.internal|kubernetes"

SIGNATURES = (
    Signature(
        r"could not connect to (?:a running Ollama instance|ollama app|ollama server)",
        ("connect", "ollama", "could"),
        certainty=0.93,
    ),
    Signature(
        r"(?:127\.0\.0\.1|localhost|\[::1\]|0\.0\.0\.0):11434\S*: connect: connection refused",
        ("connection", "connect", "refused"),
        certainty=0.93,
    ),
    Signature(
        r"\b11434\b.{0,120}(?:actively refused|connection refused|ECONNREFUSED|Errno 61\b|Errno 111\b|WinError 10061|Verbindung verweigerte|verweigert|abgelehnt|rehusada|denegó|rechazad[ao]|recusada|rifiutata|отказано|odrzucone|geweigerd|拒绝了我们|拒否|积极拒绝|拒绝连接|连接被拒绝|refusé)",
        ("11434",),
        certainty=0.9,
        unless=(r"host\.docker\.internal|172\.17\.0\.1|host\.containers\.internal",),
    ),
    Signature(
        r"connectex: .{0,120}\brefused\b",
        ("connectex", "refused"),
        certainty=0.85,
        also=(r"11434|ollama",),
    ),
    Signature(r"WinError 10061\b", ("winerror", "10061"), certainty=0.85, also=(r"11434|ollama",)),
    Signature(
        r"Errno (?:111|61)\] Connection refused",
        ("connection", "refused", "errno"),
        certainty=0.85,
        also=(r"11434|ollama",),
        unless=(r"host\.docker\.internal|172\.17\.0\.1",),
    ),
    Signature(
        r"ECONNREFUSED (?:127\.0\.0\.1|::1|localhost):11434\b",
        ("econnrefused", "11434"),
        certainty=0.92,
    ),
    Signature(
        r"Failed to connect to (?:127\.0\.0\.1|localhost|::1) port 11434\b",
        ("connect", "11434", "port"),
        certainty=0.92,
    ),
    Signature(
        r"HTTPConnectionPool\(host='(?:localhost|127\.0\.0\.1|0\.0\.0\.0)', port=11434\)",
        ("httpconnectionpool", "11434", "port"),
        certainty=0.9,
    ),
    Signature(
        r"Failed to connect to Ollama\b(?!\.\w)",
        ("connect", "ollama", "failed"),
        certainty=0.9,
        unless=(r"host\.docker\.internal",),
    ),
    Signature(
        r"ollama (?:server|serve|is|service|app)(?: is)? not (?:responding|running|started)",
        ("ollama", "not"),
        certainty=0.9,
    ),
    Signature(
        r"could not (?:find|connect to|locate) ollama app",
        ("ollama", "could", "app"),
        certainty=0.9,
    ),
    Signature(
        r"Is the ollama (?:server|service) running", ("running", "ollama", "the"), certainty=0.85
    ),
    Signature(
        r"Unit ollama\.service (?:could not be found|not found)",
        ("service", "ollama", "found"),
        certainty=0.8,
    ),
    Signature(
        r"ollama\.service\b[\s\S]{0,300}Active: (?:inactive \(dead\)|failed)",
        ("service", "ollama"),
        certainty=0.78,
        lines=4,
    ),
    Signature(
        r"No connection could be made because the target machine actively refused it",
        ("connection", "actively", "because"),
        certainty=0.82,
        also=(r"11434|ollama",),
    ),
    Signature(
        r"(?:refused|abgelehnt|verweigert|refusée|rehusada|recusada|rifiutata|отказано|拒绝)\b.{0,120}\b11434\b",
        ("11434",),
        certainty=0.9,
        unless=(FROM_CONTAINER,),
    ),
    Signature(
        r"\bconnect to .{0,60}(?:localhost|127\.0\.0\.1|\[::1\])\S{0,12}:11434\b",
        ("connect", "to", "11434"),
        certainty=0.88,
        unless=(FROM_CONTAINER,),
    ),
    Signature(
        r"(?:could not|couldn't|cannot|can't|unable to|failed to) (?:connect to|reach) (?:the |your |local )*ollama\b(?!\.\w)",
        ("ollama",),
        certainty=0.88,
        unless=(FROM_CONTAINER,),
    ),
    Signature(
        r"APIConnectionError: Connection error",
        ("apiconnectionerror", "connection", "error"),
        certainty=0.85,
        also=(r"(?:localhost|127\.0\.0\.1):11434",),
    ),
    Signature(
        r"Unable to connect to the remote server",
        ("unable", "connect", "remote", "server"),
        certainty=0.85,
        also=(r"(?:localhost|127\.0\.0\.1):11434",),
    ),
    Signature(
        r"timed out waiting for server to start",
        ("timed", "waiting", "server", "start"),
        certainty=0.85,
        unless=(r"llama runner|llama-server|discovery",),
    ),
    Signature(
        r"ollama\.service: Start request repeated too quickly",
        ("ollama", "service", "repeated", "quickly"),
        certainty=0.75,
    ),
    Signature(
        r"ollama\.service\b.{0,60}\b(?:disabled|inactive|dead)\b",
        ("ollama", "service"),
        certainty=0.75,
    ),
)
