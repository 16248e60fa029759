"""The proxy's address starts with the right kind.

Why: The proxy speaks plain HTTP, but its address is written with https.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature, Where

PROBLEM = Problem(
    title="The proxy's address starts with https where http is meant.",
    seen="Model files cannot be fetched; the encryption fails at its first byte.",
    why="The proxy speaks plain HTTP, but its address is written with https.",
    fixes=(
        Fix(
            "Write the address with http in the service's settings, and restart it.",
            (
                "sudo mkdir -p /etc/systemd/system/ollama.service.d",
                "printf '[Service]\\nEnvironment=\"HTTPS_PROXY=http://10.0.0.1:3128\"\\n' | sudo tee /etc/systemd/system/ollama.service.d/localai-proxy.conf",
                "sudo systemctl daemon-reload",
                "sudo systemctl restart ollama",
            ),
            needs_root=True,
            proof="systemctl show ollama -p Environment",
            where=Where(systems=("linux",)),
        ),
    ),
    sources=("https://github.com/ollama/ollama/issues/729",),
    likelihood=0.6,
    systems=("linux",),
    confused_with=("net-tls-intercepted",),
)

SIGNATURES = (
    Signature(
        r"tls: first record does not look like a TLS handshake",
        (
            "tls",
            "first",
            "record",
            "does",
            "not",
            "look",
            "like",
            "a",
            "handshake",
        ),
        certainty=0.94,
    ),
    Signature(
        r"http: server gave HTTP response to HTTPS client",
        (
            "http",
            "server",
            "gave",
            "response",
            "to",
            "https",
            "client",
        ),
        certainty=0.93,
    ),
    Signature(
        r"(?:WRONG_VERSION_NUMBER|wrong version number|unexpected EOF while reading proxy|packet length too long)",
        (
            "wrong",
            "version",
            "number",
        ),
        certainty=0.92,
    ),
    Signature(r"WRONG_VERSION_NUMBER", ("wrong_version_number",), certainty=0.92),
    Signature(
        r"Your proxy appears to only use HTTP and not HTTPS",
        (
            "your",
            "proxy",
            "appears",
            "to",
            "only",
            "use",
            "http",
            "and",
            "not",
            "https",
        ),
        certainty=0.9,
    ),
)
