"""The address that was set is the one the service uses.

Why: A service has its own settings. What is set in a terminal does not reach it.
"""

from __future__ import annotations

from ...model.finding import Evidence, Fix, Problem, Signature, Symptom, Where
from ...probes.listeners import EVERYWHERE, Listeners
from ...probes.services import Services
from ._settings import settings

PROBLEM = Problem(
    title="The address was set in a terminal; the Ollama service never saw it.",
    seen="The variable is exported, a second server reports a conflict, and only this computer can reach the first.",
    why="A service has its own settings. What is set in a terminal does not reach it.",
    fixes=(
        *settings(
            "Give the address to the service. 0.0.0.0 means every network address: it opens the server to your network.",
            {"OLLAMA_HOST": "0.0.0.0"},
            "host",
            proof="ss -ltn",
            systems=("linux",),
            loses="Everybody in your network can then use, load and delete your models: Ollama asks for no password. Let the firewall admit only whom you trust.",
        ),
        Fix(
            "If only this computer has to reach it, nothing is to be set: drop the variable, and use the server that runs.",
            ("unset OLLAMA_HOST", "ollama list"),
            proof="ollama list",
            where=Where(systems=("linux",)),
        ),
    ),
    sources=("https://github.com/ollama/ollama/issues/14963",),
    likelihood=0.5,
    systems=("linux",),
    confused_with=("ollama-port-taken",),
)

#: Here the service itself, or a container's port, meets the conflict: nothing was set in a terminal.
BY_SERVICE_OR_CONTAINER = (
    r"userland proxy|external connectivity|rootlessport|Ports are not available|failed to bind host port"
    r"|cannot listen on the TCP port|ollama\.service: |ollama\[\d+\]: "
)
#: The server listens for this computer alone, or others are turned away.
LOCAL_ONLY = r"127\.0\.0\.1:11434|refused|already in use"

SIGNATURES = (
    Signature(
        r"listen tcp4? (?:0\.0\.0\.0|\[::\]|):11434: bind: address already in use",
        ("already", "address", "listen"),
        certainty=0.95,
        unless=(BY_SERVICE_OR_CONTAINER,),
    ),
    Signature(
        r'export OLLAMA_HOST="?(?:http://)?(?:0\.0\.0\.0|:|\[::\])\S*',
        ("ollama_host", "export"),
        certainty=0.95,
        also=(r"127\.0\.0\.1:11434|connection refused|already in use",),
    ),
    Signature(
        r'OLLAMA_HOST="?(?:http://)?0\.0\.0\.0\S* ollama serve',
        ("ollama_host", "ollama", "serve"),
        certainty=0.9,
        also=(r"already in use",),
    ),
    Signature(
        r"127\.0\.0\.1:11434\s",
        ("11434", "127", "1"),
        certainty=0.82,
        also=(r'OLLAMA_HOST=(?:http://)?"?0\.0\.0\.0',),
        unless=(r"bind:",),
    ),
    Signature(
        r"echo \$\{?OLLAMA_HOST\}?\s*\n\s*(?:http://)?(?:0\.0\.0\.0|\[::\])",
        ("echo", "ollama_host"),
        certainty=0.95,
        lines=2,
        also=(LOCAL_ONLY,),
    ),
    Signature(
        r"set -\w{1,3} OLLAMA_HOST \"?(?:http://)?(?:0\.0\.0\.0|\[::\])",
        ("set", "ollama_host"),
        certainty=0.95,
        also=(LOCAL_ONLY,),
    ),
    Signature(
        r"OLLAMA_HOST=\"?(?:http://)?(?:0\.0\.0\.0|\[::\])\S* (?:sudo )?systemctl (?:re)?start ollama",
        ("ollama_host", "systemctl", "ollama"),
        certainty=0.95,
    ),
    Signature(
        r"Failed to connect to (?:10|192\.168|172\.(?:1[6-9]|2\d|3[01]))\.[\d.]{3,11} port 11434\b",
        ("failed", "connect", "port", "11434"),
        certainty=0.94,
        also=(r"OLLAMA_HOST=\"?(?:http://)?(?:0\.0\.0\.0|\[::\])|Listening on 127\.0\.0\.1:11434",),
        unless=(r"172\.17\.0\.1|docker",),
    ),
)


def check(services: Services, listeners: Listeners) -> Symptom | None:
    wanted = services.shell.get("OLLAMA_HOST", "")
    local = listeners.on(11434)
    beyond = any(one in wanted for one in EVERYWHERE)
    if not (beyond and local) or listeners.on(11434, everywhere=True):
        return None
    return Symptom(
        f"OLLAMA_HOST is {wanted} in this terminal, but the server listens on {local[0].address}.",
        (Evidence(listeners.source, local[0].line),),
    )
