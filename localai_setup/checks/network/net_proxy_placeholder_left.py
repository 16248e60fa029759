"""No example proxy is left in the settings.

Why: A line was copied from a manual without putting in a real proxy.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature, Where

PROBLEM = Problem(
    title="The example proxy of a manual was left in the settings.",
    seen="Downloads fail because the proxy's name does not exist.",
    why="A line was copied from a manual without putting in a real proxy.",
    fixes=(
        Fix(
            "Find the line, put in the real address or remove it, and restart.",
            (
                "systemctl show ollama -p Environment",
                "grep -rn -i proxy /etc/systemd/system/ollama.service.d",
                "sudo systemctl restart ollama",
            ),
            needs_root=True,
            proof="systemctl show ollama -p Environment",
            where=Where(systems=("linux",)),
        ),
    ),
    sources=("https://github.com/ollama/ollama/issues/6550",),
    likelihood=0.6,
    systems=("linux",),
    confused_with=("net-dns-failing",),
)

SIGNATURES = (
    Signature(
        r"(?:proxyconnect|lookup|resolve|HTTPS?_PROXY[=:]).{0,80}(?:proxy\.example\.com|your[-_.]proxy|my-proxy\.example|proxy\.company\.com|yourproxy|proxy\.server\b|<proxy>)",
        ("proxy",),
        certainty=0.96,
    ),
    Signature(
        r"(?:your[-_.]proxy[\w.-]*|proxy\.example\.(?:com|org))", ("example",), certainty=0.96
    ),
    Signature(
        r"proxyconnect tcp: dial tcp: lookup \S*proxy\S*(?: on \S+)?: no such host",
        (
            "proxyconnect",
            "tcp",
            "lookup",
            "no",
            "such",
            "host",
        ),
        certainty=0.95,
    ),
    Signature(r"lookup your-?proxy\S*", ("lookup",), certainty=0.95),
)
