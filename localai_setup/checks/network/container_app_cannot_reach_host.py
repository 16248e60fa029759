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
            "Let the web interface share the host's network; here only this computer can open it, at http://127.0.0.1:8080.",
            (
                "docker rm -f open-webui",
                "docker run -d --network=host -e HOST=127.0.0.1 -e OLLAMA_BASE_URL=http://127.0.0.1:11434 -v open-webui:/app/backend/data --name open-webui ghcr.io/open-webui/open-webui:main",
            ),
            loses="The old container is removed; what it kept outside of the volume open-webui is lost.",
            proof="docker exec open-webui curl -s http://127.0.0.1:11434/api/version",
        ),
        Fix(
            "Or let Ollama listen on Docker's bridge, which other computers cannot reach; the ollama command then needs OLLAMA_HOST with the same address.",
            (
                "sudo mkdir -p /etc/systemd/system/ollama.service.d",
                "printf '[Unit]\\nAfter=docker.service\\n[Service]\\nEnvironment=\"OLLAMA_HOST=%s\"\\n' \"$(ip -4 -o addr show docker0 | awk '{print $4}' | cut -d/ -f1)\" | sudo tee /etc/systemd/system/ollama.service.d/zz-localai-host.conf",
                "sudo systemctl daemon-reload",
                "sudo systemctl restart ollama",
            ),
            needs_root=True,
            proof="ss -ltn",
            where=Where(systems=("linux",), systemd=True),
        ),
        Fix(
            "If it listens there and ufw blocks it, let Docker's own addresses through.",
            ("sudo ufw allow from 172.16.0.0/12 to any port 11434 proto tcp",),
            needs_root=True,
            proof="docker exec open-webui curl -s http://host.docker.internal:11434/api/version",
            where=Where(systems=("linux",), families=("debian",)),
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
        r"Cannot connect to host (?:host\.docker\.internal|host\.containers\.internal|172\.1[7-9]\.0\.1|localhost|127\.0\.0\.1|0\.0\.0\.0|ollama):11434",
        ("connect", "cannot", "11434"),
        certainty=0.95,
        unless=(r"Name or service|Temporary failure|nodename|No address associated",),
    ),
    Signature(
        r"Failed to connect to (?:host\.docker\.internal|host\.containers\.internal|172\.1[7-9]\.0\.1) port 11434",
        ("connect", "11434", "port"),
        certainty=0.95,
    ),
    Signature(
        r"Connect call failed \(.(?:172\.1[7-9]\.0\.1|192\.168\.65\.\d+|127\.0\.0\.1|::1)., 11434",
        ("connect", "11434", "call"),
        certainty=0.93,
        unless=(r"Name or service|Temporary failure",),
    ),
    Signature(
        r"(?:host\.docker\.internal|172\.1[7-9]\.0\.1|host\.containers\.internal|192\.168\.65\.\d+):\b11434\b.{0,200}(?:refused|timed? ?out|Connect call failed|unreachable|no route to host)",
        ("11434",),
        certainty=0.94,
    ),
    Signature(
        r"host='(?:host\.docker\.internal|172\.1[7-9]\.0\.1|host\.containers\.internal)', port=11434",
        ("11434", "port", "host"),
        certainty=0.93,
        unless=(r"resolve|Name or service",),
    ),
    Signature(
        r"connect ECONNREFUSED 172\.1[7-9]\.0\.1:11434",
        ("econnrefused", "connect", "11434"),
        certainty=0.95,
    ),
    Signature(
        r"Open ?WebUI: Server Connection Error\b", ("connection", "server", "error"), certainty=0.92
    ),
    Signature(
        r"open_webui\.routers\.ollama\b.{0,200}(?:Connection error|Cannot connect)",
        ("open_webui", "routers", "ollama"),
        certainty=0.93,
    ),
    Signature(
        r"apps\.ollama\.main\b.{0,200}Connection error", ("ollama", "apps", "main"), certainty=0.93
    ),
    Signature(
        r"Connection error: .{0,200}:11434\b",
        ("connection", "11434", "error"),
        certainty=0.85,
        also=(r"open.?webui|host\.docker|ollama\.main",),
    ),
    Signature(
        r"WebUI could not connect to Ollama\b", ("connect", "ollama", "webui"), certainty=0.93
    ),
    Signature(
        r"connect E(?:HOSTUNREACH|TIMEDOUT|CONNREFUSED|NETUNREACH) (?:172\.(?:1[6-9]|2\d|3[01])\.0\.1|192\.168\.65\.\d+):",
        ("connect",),
        certainty=0.95,
    ),
    Signature(
        r"dial tcp (?:172\.(?:1[6-9]|2\d|3[01])\.0\.1|192\.168\.65\.\d+):\d+: (?:connect: (?:connection refused|no route to host|connection timed out)|i/o timeout)",
        ("dial", "tcp"),
        certainty=0.95,
    ),
    Signature(
        r"Cannot connect to host (?:host\.docker\.internal|host\.containers\.internal|172\.1[6-9]\.0\.1):(?:1234|8080|8000|5001)\b.{0,80}Connect call failed",
        ("connect", "cannot", "failed"),
        certainty=0.92,
    ),
    Signature(
        r"All connection attempts failed\b",
        ("connection", "attempts", "failed"),
        certainty=0.9,
        also=(r"host\.(?:docker|containers)\.internal",),
    ),
    Signature(
        r"\bIN=(?:docker0|br-[0-9a-f]+) .{0,300}\bDPT=(?:11434|1234|8080)\b",
        ("dpt", "in"),
        certainty=0.93,
        also=(r"BLOCK|DROP|REJECT",),
    ),
    Signature(
        r"open_webui\.routers\.openai\b.{0,200}(?:Connection error|Cannot connect)",
        ("open_webui", "routers", "openai"),
        certainty=0.92,
        unless=(r"Name or service|Temporary failure|openai\.com",),
    ),
    Signature(
        r"(?:connect ECONNREFUSED|Connection refused|Failed to establish a new connection|Connect call failed|All connection attempts failed)\b.{0,120}\b(?:127\.0\.0\.1|localhost|::1)\b.{0,20}\b11434\b",
        ("11434",),
        certainty=0.94,
        also=(
            r"^[\w.-]+ +\| |\b(?:docker|podman) (?:logs|exec|compose)\b|docker-compose|OLLAMA_BASE_URL|\bdify\b|\bn8n\b|anything-?llm|/app/|librechat|flowise",
        ),
        unless=(r"ollama +\| |ollama-\d +\| |exec (?:-\w+ )*ollama ",),
    ),
    Signature(
        r"\b(?:127\.0\.0\.1|localhost|::1)\b.{0,20}\b11434\b.{0,300}(?:ECONNREFUSED|Connection refused|Connection error|Connect call failed|All connection attempts failed)",
        ("11434",),
        certainty=0.94,
        also=(
            r"^[\w.-]+ +\| |\b(?:docker|podman) (?:logs|exec|compose)\b|docker-compose|OLLAMA_BASE_URL|\bdify\b|\bn8n\b|anything-?llm|/app/|librechat|flowise",
        ),
        unless=(r"ollama +\| |ollama-\d +\| |exec (?:-\w+ )*ollama ",),
    ),
)
