"""The model server answers this computer only, or has a password in front.

Why: The server listens on every network address (or Docker publishes its port to all, past the
ufw firewall) and asks for no password.
"""

from __future__ import annotations

from ...model.finding import Evidence, Fix, Problem, Signature, Symptom, Where
from ...probes.listeners import Listeners
from ._settings import settings

LISTENS = "ss -ltn"

PROBLEM = Problem(
    title="Anybody in your network can use this model server.",
    seen="Unknown models appear, there is load nobody explains, and the port is open on every address.",
    why="The server listens on every network address (or Docker publishes its port to all, past the ufw firewall) and asks for no password.",
    fixes=(
        *settings(
            "Make Ollama listen on this computer only.",
            {"OLLAMA_HOST": "127.0.0.1"},
            "host",
            proof=LISTENS,
            systems=("linux",),
        ),
        *settings(
            "Make Ollama listen on this computer only; also switch `Expose Ollama to the network` off in its settings.",
            {"OLLAMA_HOST": "127.0.0.1"},
            "host",
            proof="netstat -an",
            systems=("macos", "windows"),
        ),
        Fix(
            "With Docker, publish the port on this computer only (keep your own options, such as `--gpus all`).",
            (
                "docker rm -f ollama",
                "docker run -d -v ollama:/root/.ollama -p 127.0.0.1:11434:11434 --name ollama ollama/ollama",
            ),
            loses="Files that were written inside the old container, outside its volumes, are lost.",
            proof="docker port ollama",
            where=Where(container=False),
        ),
        Fix(
            "Start other servers with this address (vLLM listens to all without it; your own model in place of this one).",
            ("vllm serve Qwen/Qwen2.5-0.5B-Instruct --host 127.0.0.1",),
            proof=LISTENS,
            where=Where(systems=("linux",)),
        ),
        Fix(
            "To use it from elsewhere, put a VPN or a password-checking proxy in front. Then remove models that are not yours, with `ollama rm NAME`.",
            ("ollama list",),
            proof="ollama list",
        ),
    ),
    sources=(
        "https://github.com/JBGruber/rollama/issues/18",
        "https://github.com/opencrust-org/opencrust/issues/133",
        "https://github.com/vast-ai/base-image/pull/185",
        "https://github.com/ollama/ollama/issues/16236",
        "https://github.com/simonw/til/issues/107",
        "https://github.com/ollama/ollama/pull/3804",
    ),
    status="warn",
    likelihood=0.4,
    systems=(),
    confused_with=(),
)

SIGNATURES = (
    Signature(
        r"NAME\s+ID\s+SIZE\s+MODIFIED[\s\S]{0,900}\n(?!10\.|127\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|100\.|169\.254\.|0\.)\d{1,3}(?:\.\d{1,3}){3}:\d+/",
        ("name", "size", "modified"),
        certainty=0.8,
        lines=8,
    ),
    Signature(
        r'/api/pull\b[\s\S]{0,200}"(?:name|model)":\s?"(?!10\.|127\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|100\.|169\.254\.|0\.)\d{1,3}(?:\.\d{1,3}){3}:\d+/',
        ("api", "pull"),
        certainty=0.8,
        lines=4,
    ),
    Signature(
        r"LISTEN\s+\d+\s+\d+\s+(?:0\.0\.0\.0|\*|\[::\]):11434\b",
        ("listen", "11434"),
        certainty=0.9,
        unless=(r"\| *403 *\|",),
    ),
    Signature(r"(?:0\.0\.0\.0:|:::|\*[:.]|\[::\]:)11434\s.{0,60}LISTEN", ("11434",), certainty=0.9),
    Signature(r"(?:0\.0\.0\.0|\[::\]|::):11434->11434/tcp", ("11434", "tcp"), certainty=0.88),
    Signature(r"TCP \*:11434 \(LISTEN\)", ("listen", "11434", "tcp"), certainty=0.88),
    Signature(r"11434/tcp\s+open\b", ("11434", "open", "tcp"), certainty=0.85),
    Signature(
        r"Listening on (?:0\.0\.0\.0|\[::\]):11434",
        ("listening", "11434", "on"),
        certainty=0.6,
        also=(r"ollama\[\d+\]|systemd\[1\]",),
        unless=(r"docker|container",),
    ),
    Signature(
        r'\[GIN\].{0,80}\|\s+(?!10\.|127\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|100\.|169\.254\.|0\.)\d+\.\d+\.\d+\.\d+\s+\|\s+(?:POST|GET|DELETE)\s+"?/api/(?:pull|push|delete|tags|chat|generate|create|ps|version)',
        ("api", "gin"),
        certainty=0.7,
    ),
    Signature(
        r"\b11434(?:/tcp)?\s+ALLOW(?: IN)?\s+Anywhere\b", ("11434", "allow", "anywhere"), 0.85
    ),
    Signature(
        r"(?:unauthenticated|without (?:a password|authentication)|publicly (?:accessible|exposed|reachable)|(?:exposed|open) to the (?:internet|world)).{0,80}\bollama\b",
        ("ollama",),
        certainty=0.8,
    ),
    Signature(
        r"\bollama\b.{0,80}(?:unauthenticated|without (?:a password|authentication)|publicly (?:accessible|exposed|reachable)|(?:exposed|open) to the (?:internet|world))",
        ("ollama",),
        certainty=0.8,
    ),
    Signature(
        r"LISTEN\s+\d+\s+\d+\s+(?:0\.0\.0\.0|\*|\[::\]):\d+\s.{0,60}\"(?:llama-server|koboldcpp\S*|local-ai|LM Studio|lms)\"",
        ("listen",),
        certainty=0.8,
    ),
    # uvicorn, as of vLLM, names who asked; a stranger's address is none of a home network
    Signature(
        r"INFO:\s+(?!10\.|127\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|100\.|169\.254\.|0\.)\d+\.\d+\.\d+\.\d+:\d+ - \"(?:POST|GET) /v1/(?:chat|completions|models)",
        ("info", "v1"),
        certainty=0.7,
    ),
)


def check(listeners: Listeners) -> Symptom | None:
    open_to_all = listeners.on(11434, everywhere=True)
    if not open_to_all:
        return None
    address = open_to_all[0].address
    return Symptom(
        f"The server on port 11434 listens on {address}, which is every network address.",
        (Evidence(listeners.source, open_to_all[0].line),),
    )
