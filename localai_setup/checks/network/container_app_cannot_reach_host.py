"""The web interface in its container reaches the engine.

Why: In a container the loopback address means the container, and the host's Ollama listens to the
host alone.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature, Where

PROBLEM = Problem(
    title="The web interface in its container cannot reach Ollama on the computer itself.",
    seen="Open WebUI and the like show no models, while Ollama works on the host.",
    why="In a container the loopback address means the container, and the host's Ollama listens to the host alone.",
    fixes=(
        Fix(
            "Let Ollama also listen on Docker's bridge address, and restart it.",
            (
                "sudo mkdir -p /etc/systemd/system/ollama.service.d",
                "printf '[Service]\\nEnvironment=\"OLLAMA_HOST=172.17.0.1\"\\n' | sudo tee /etc/systemd/system/ollama.service.d/localai-host.conf",
                "sudo systemctl daemon-reload",
                "sudo systemctl restart ollama",
            ),
            needs_root=True,
            proof="ss -ltn",
            where=Where(systems=("linux",)),
        ),
        Fix(
            "Or let the web interface share the host's network.",
            (
                "docker run -d --network=host -e OLLAMA_BASE_URL=http://127.0.0.1:11434 -v open-webui:/app/backend/data --name open-webui ghcr.io/open-webui/open-webui:main",
            ),
            proof="docker logs open-webui",
        ),
    ),
    sources=(
        "https://github.com/open-webui/open-webui/issues/209",
        "https://github.com/open-webui/open-webui/issues/10833",
        "https://github.com/open-webui/open-webui/issues/5890",
        "https://github.com/wandb/openui/issues/215",
        "https://github.com/open-webui/open-webui/issues/13784",
        "https://github.com/open-webui/open-webui/issues/10492",
        "https://github.com/open-webui/open-webui/issues/802",
    ),
    likelihood=0.6,
    systems=("linux",),
    confused_with=(
        "container-host-alias-unresolved",
        "ollama-server-not-running",
    ),
)

SIGNATURES = (
    Signature(
        r"Cannot connect to host (?:host\.docker\.internal|172\.17\.0\.1|localhost|127\.0\.0\.1):11434",
        (
            "cannot",
            "connect",
            "to",
            "host",
            "11434",
        ),
        certainty=0.95,
        unless=(r"Name or service|Temporary failure",),
    ),
    Signature(
        r"Failed to connect to (?:host\.docker\.internal|172\.17\.0\.1) port 11434",
        (
            "failed",
            "to",
            "connect",
            "port",
            "11434",
        ),
        certainty=0.93,
    ),
    Signature(
        r"(?:host\.docker\.internal|172\.17\.0\.1|host\.containers\.internal)\S*11434.{0,160}(?:refused|timed out|Connect call failed|unreachable)",
        ("11434",),
        certainty=0.92,
    ),
    Signature(
        r"host='(?:host\.docker\.internal|172\.17\.0\.1)', port=11434",
        (
            "host",
            "port",
            "11434",
        ),
        certainty=0.9,
        unless=(r"resolve|Name or service",),
    ),
    Signature(
        r"Open WebUI: Server Connection Error",
        (
            "open",
            "webui",
            "server",
            "connection",
            "error",
        ),
        certainty=0.88,
    ),
)
