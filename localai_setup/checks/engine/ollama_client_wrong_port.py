"""The `ollama` command asks the port that the server listens on.

Why: The address was set for the server alone; the command needs it too.
"""

from __future__ import annotations

from ...model.finding import Evidence, Fix, Problem, Signature, Symptom, Where
from ...probes.listeners import Listeners
from ...probes.services import Services

PROBLEM = Problem(
    title="The Ollama server has another port than the one the command asks.",
    seen="The service runs at an address of its own, and the command line cannot connect.",
    why="The address was set for the server alone; the command needs it too.",
    fixes=(
        Fix(
            "Tell the command what the service was told; put this line in your shell's profile too.",
            (
                "export OLLAMA_HOST=$(systemctl show ollama -p Environment | grep -o 'OLLAMA_HOST=[^ \"]*' | tail -n 1 | cut -d= -f2-)",
            ),
            proof="ollama list",
            where=Where(systems=("linux",), systemd=True, container=False),
        ),
        Fix(
            "Where Ollama is no service, see on which port it listens and name that (8080 is an example).",
            ("sudo ss -ltnp | grep ollama", "export OLLAMA_HOST=127.0.0.1:8080"),
            needs_root=True,
            proof="ollama list",
            where=Where(systems=("linux",)),
        ),
        Fix(
            "See on which port the server listens and name that (8080 is an example).",
            ("lsof -nP -iTCP -sTCP:LISTEN | grep -i ollama", "export OLLAMA_HOST=127.0.0.1:8080"),
            proof="ollama list",
            where=Where(systems=("macos",)),
        ),
    ),
    sources=("https://github.com/ollama/ollama/issues/9145",),
    likelihood=0.5,
    systems=("linux",),
    confused_with=("ollama-server-not-running",),
)

#: The server was given another port: by its setting, its own words, a list of sockets, or Docker.
OTHER_PORT = (
    r'OLLAMA_HOST[=:"\s]+(?:http://)?[\w.\[\]:-]*?:(?!11434)\d{2,5}\b|Listening on \S*:(?!11434)\d{2,5}\b'
    r"|:(?!11434)\d{4,5}\s.{0,60}ollama|-p (?:[\d.]+:)?(?!11434)\d{2,5}:11434\b|:(?!11434)\d{2,5}->11434/tcp"
)

SIGNATURES = (
    Signature(
        r"could not connect to (?:a running Ollama instance|ollama (?:app|server))",
        ("connect", "ollama", "could"),
        certainty=0.95,
        also=(OTHER_PORT,),
    ),
    Signature(
        r"dial tcp \S+:11434: connect: connection refused",
        ("connection", "connect", "refused"),
        certainty=0.95,
        also=(OTHER_PORT,),
    ),
    Signature(
        r"\b11434\b.{0,80}refused",
        ("11434",),
        certainty=0.95,
        also=(OTHER_PORT,),
    ),
    Signature(
        r"Failed to connect to \S+ port 11434\b",
        ("connect", "11434", "port"),
        certainty=0.95,
        also=(OTHER_PORT,),
    ),
    Signature(
        r'Environment="?OLLAMA_HOST=(?:http://)?[\w.\[\]-]*:(?!11434)\d{2,5}\b',
        ("environment",),
        certainty=0.7,
        also=(r"could not connect|refused|not running",),
    ),
    Signature(
        r"port=11434\): Max retries exceeded",
        ("port", "11434", "retries", "exceeded"),
        certainty=0.95,
        also=(OTHER_PORT,),
    ),
    Signature(
        r"echo \$\{?OLLAMA_HOST\}?\s*\n\s*(?:http://)?[\w.\[\]:-]*:(?!11434)\d{2,5}\b",
        ("echo", "ollama_host"),
        certainty=0.95,
        lines=2,
        also=(r"could not connect|refused|not responding",),
    ),
    # the other way round: the command was told a port that the server does not have
    Signature(
        r"(?:Head|Get|Post) \"http://[^\"/]{1,60}/(?:api/[^\"]{0,60})?\": dial tcp \S+:(?!11434)\d{2,5}: connect: connection refused",
        ("http", "dial", "tcp", "connection", "refused"),
        certainty=0.94,
        also=(r"Listening on \S*:11434\b|:11434\s.{0,60}ollama|OLLAMA_HOST",),
        unless=(r"proxyconnect|https?_proxy=",),
    ),
)


def check(services: Services, listeners: Listeners) -> Symptom | None:
    client = services.shell.get("OLLAMA_HOST", "")
    for source, value in services.settings("OLLAMA_HOST"):
        port = value.rpartition(":")[2]
        moved = port.isdigit() and port != "11434" and port not in client
        if moved and listeners.known and not listeners.on(11434):
            return Symptom(
                f"The service listens on {value}, and OLLAMA_HOST is {client or 'not set'} here.",
                (Evidence(source, f"OLLAMA_HOST={value}"),),
                certainty=0.98,
            )
    return None
