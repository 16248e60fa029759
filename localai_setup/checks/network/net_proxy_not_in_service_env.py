"""The engine's service can reach the internet.

Why: The server does the downloading, so the proxy belongs in the server's settings.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature, Symptom, Where
from ...probes.services import Services

PROBLEM = Problem(
    title="Ollama's server cannot reach the internet; a proxy may be set only for your terminal.",
    seen="curl works through the proxy in the same terminal, while Ollama's downloads fail to connect.",
    why="The server does the downloading, so the proxy belongs in the server's settings.",
    fixes=(
        Fix(
            "Give the proxy of this terminal to the service and restart it.",
            (
                "sudo mkdir -p /etc/systemd/system/ollama.service.d",
                'printf \'[Service]\\nEnvironment="HTTPS_PROXY=%s"\\n\' "${HTTPS_PROXY:-${https_proxy:?no proxy is set here}}" | sudo tee /etc/systemd/system/ollama.service.d/zz-localai-proxy.conf',
                "sudo systemctl daemon-reload",
                "sudo systemctl restart ollama",
            ),
            needs_root=True,
            proof="systemctl show ollama -p Environment",
            where=Where(systems=("linux",), systemd=True),
        ),
        Fix(
            "Give the proxy of this terminal to apps, then quit Ollama and open it again.",
            (
                'launchctl setenv HTTPS_PROXY "${HTTPS_PROXY:-${https_proxy:?no proxy is set here}}"',
            ),
            proof="launchctl getenv HTTPS_PROXY",
            where=Where(systems=("macos",)),
        ),
        Fix(
            "Give the proxy of this PowerShell to all programs, then quit Ollama and open it again.",
            ("setx HTTPS_PROXY $env:HTTPS_PROXY",),
            proof="reg query HKCU\\Environment /v HTTPS_PROXY",
            where=Where(systems=("windows",)),
        ),
        Fix(
            "With Docker hand the terminal's proxy in, with your own options (--gpus=all for NVIDIA).",
            (
                "docker rm -f ollama",
                "docker run -d -e HTTPS_PROXY -v ollama:/root/.ollama -p 127.0.0.1:11434:11434 --name ollama ollama/ollama",
            ),
            loses="The old container is removed; what it kept outside of its volumes is lost.",
            proof="docker exec ollama printenv HTTPS_PROXY",
        ),
    ),
    sources=(
        "https://github.com/ollama/ollama/issues/1546",
        "https://github.com/ollama/ollama/issues/7726",
        "https://github.com/ollama/ollama/issues/3816",
        "https://github.com/ollama/ollama/issues/4434",
        "https://github.com/ollama/ollama/issues/1859",
        "https://github.com/ollama/ollama/issues/1417",
        "https://github.com/ollama/ollama/issues/5844",
        "https://github.com/ollama/ollama/issues/729",
        "https://github.com/ollama/ollama/issues/6550",
    ),
    likelihood=0.6,
    systems=(),
    confused_with=(
        "net-dns-failing",
        "net-download-unstable",
        "net-ipv4-route-missing",
    ),
)

SIGNATURES = (
    Signature(
        r"(?:registry\.ollama\.ai|ollama\.com)\b.{0,240}\bdial tcp (?:\d{1,3}\.){3}\d{1,3}:443: (?:i/o timeout|connect: connection (?:refused|timed out)|connectex)",
        ("ollama", "dial", "tcp"),
        certainty=0.92,
        unless=(r"dial tcp \[[0-9a-f]+:",),
    ),
    Signature(
        r"\bdial tcp (?:\d{1,3}\.){3}\d{1,3}:443: (?:i/o timeout|connect: connection (?:refused|timed out)|connectex)",
        ("dial", "tcp", "443"),
        certainty=0.85,
        unless=(r"dial tcp \[[0-9a-f]+:|cloudflarestorage|huggingface|hf\.co",),
    ),
    Signature(
        r"dial tcp: lookup registry\.ollama\.ai: no such host",
        ("registry", "lookup", "ollama"),
        certainty=0.91,
    ),
    Signature(
        r"registry\.ollama\.ai\b.{0,240}(?:net/http: request canceled|Client\.Timeout exceeded|context deadline exceeded|TLS handshake timeout|did not properly respond)",
        ("registry", "ollama", "ai"),
        certainty=0.87,
    ),
    Signature(
        r"connectex: A connection attempt failed because the connected party did not properly respond\b",
        ("connection", "connected", "connectex"),
        certainty=0.86,
        unless=(r"cloudflarestorage|huggingface|hf\.co",),
    ),
    Signature(
        r"registry-1\.docker\.io/v2/.{0,8}: (?:net/http: request canceled while waiting for connection|dial tcp (?:\d{1,3}\.){3}\d{1,3}:443: i/o timeout|context deadline exceeded)",
        ("registry", "docker", "io"),
        certainty=0.85,
    ),
)


def check(services: Services) -> Symptom | None:
    shell = services.shell.get("HTTPS_PROXY") or services.shell.get("https_proxy")
    inside = [*services.settings("HTTPS_PROXY"), *services.settings("https_proxy")]
    if not shell or not services.known or inside or not services.service:
        return None
    return Symptom(f"This terminal uses the proxy {shell}; the Ollama service has none.")
