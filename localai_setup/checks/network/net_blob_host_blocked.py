"""The storage behind the registry can be reached.

Why: A name filter knows Ollama's registry but not the Cloudflare storage behind it.
"""

from __future__ import annotations

from ...model.finding import Evidence, Fix, Problem, Signature, Symptom, Where
from ...probes.network import Network

PROBLEM = Problem(
    title="The registry answers, but the server that stores the model files is blocked.",
    seen="The download shows the first part at 0 % and gives up.",
    why="A name filter knows Ollama's registry but not the Cloudflare storage behind it.",
    fixes=(
        Fix(
            "Use another name server until the next connection; names inside a company may then be unknown.",
            ("sudo resolvectl dns \"$(ip route get 1.1.1.1 | grep -oP 'dev \\K\\S+')\" 1.1.1.1",),
            needs_root=True,
            proof="getent hosts dd20bb891979d25aebc8bec07b2b3bbc.r2.cloudflarestorage.com",
            where=Where(systems=("linux",), systemd=True, container=False, wsl=False),
        ),
        Fix(
            "If resolvectl is missing, tell NetworkManager.",
            (
                "sudo nmcli device modify \"$(ip route get 1.1.1.1 | grep -oP 'dev \\K\\S+')\" ipv4.dns 1.1.1.1 ipv4.ignore-auto-dns yes",
            ),
            needs_root=True,
            proof="getent hosts dd20bb891979d25aebc8bec07b2b3bbc.r2.cloudflarestorage.com",
            where=Where(systems=("linux",), container=False, wsl=False),
        ),
        Fix(
            "Use another name server (for a cable put its name from the list in place of Wi-Fi; `empty` in place of 1.1.1.1 undoes it).",
            (
                "networksetup -listallnetworkservices",
                "sudo networksetup -setdnsservers Wi-Fi 1.1.1.1",
            ),
            needs_root=True,
            proof="dscacheutil -q host -a name dd20bb891979d25aebc8bec07b2b3bbc.r2.cloudflarestorage.com",
            where=Where(systems=("macos",)),
        ),
        Fix(
            "Use another name server, in an administrator's PowerShell (-ResetServerAddresses in place of the last option undoes it).",
            (
                "Set-DnsClientServerAddress -InterfaceIndex (Get-NetRoute -DestinationPrefix 0.0.0.0/0 | Sort-Object RouteMetric | Select-Object -First 1).InterfaceIndex -ServerAddresses 1.1.1.1",
            ),
            needs_root=True,
            proof="Resolve-DnsName dd20bb891979d25aebc8bec07b2b3bbc.r2.cloudflarestorage.com",
            where=Where(systems=("windows",)),
        ),
        Fix(
            "Or have the company allow *.r2.cloudflarestorage.com (Cloudflare R2), where the files lie.",
            proof="ollama pull llama3.2:1b",
        ),
    ),
    sources=(
        "https://github.com/ollama/ollama/issues/9320",
        "https://github.com/ollama/ollama/issues/3594",
    ),
    likelihood=0.6,
    systems=(),
    confused_with=(
        "net-dns-failing",
        "net-proxy-blocks-registry",
    ),
)

SIGNATURES = (
    Signature(
        r"r2\.cloudflarestorage\.com\b.{0,400}(?:no such host|server misbehaving|forbidden|\b403\b|connection refused|Blocked|x509|invalid address|0\.0\.0\.0|127\.0\.0\.1)",
        ("cloudflarestorage", "com", "r2"),
        certainty=0.97,
    ),
    Signature(
        r"r2\.cloudflarestorage\.com\b.{0,400}(?:i/o timeout|timed out|unreachable|actively refused|did not properly respond|TLS handshake timeout|context deadline exceeded|Client\.Timeout exceeded|tls: handshake failure|connectex: )",
        ("cloudflarestorage", "com", "r2"),
        certainty=0.95,
        # where the registry's own host is as slow, the line is bad and nobody blocks a name
        unless=(r"registry\.ollama\.ai.{0,200}(?:TLS handshake timeout|i/o timeout)",),
    ),
    Signature(
        r"r2\.cloudflarestorage\.com\b.{0,400}(?:connection reset|EOF)",
        ("cloudflarestorage", "com", "r2"),
        certainty=0.85,
    ),
    Signature(
        r"Could not resolve host: \S*r2\.cloudflarestorage\.com",
        ("cloudflarestorage", "resolve", "could"),
        certainty=0.97,
    ),
    Signature(
        r"can't find \S*r2\.cloudflarestorage\.com",
        ("cloudflarestorage", "find", "com"),
        certainty=0.97,
    ),
    Signature(
        r"\bcloudflarestorage\b.{0,200}(?:NXDOMAIN|0\.0\.0\.0|REFUSED|SERVFAIL)",
        ("cloudflarestorage",),
        certainty=0.95,
    ),
    Signature(
        r"Failed to connect to \S{1,80}r2\.cloudflarestorage\.com port 443",
        ("cloudflarestorage", "connect", "failed"),
        certainty=0.96,
    ),
    Signature(
        r"r2\.cloudflarestorage\.com\n\W{0,4}Address(?:es)?: +(?:0\.0\.0\.0|127\.0\.0\.1|::)\s*$",
        ("cloudflarestorage", "com", "r2"),
        certainty=0.95,
        lines=2,
    ),
)


def check(network: Network) -> Symptom | None:
    """The registry answers; the storage behind it does not."""
    registry = [one for one in network.of("ollama.ai") if one.answered]
    for one in network.of("r2.cloudflarestorage.com"):
        if registry and not one.answered:
            what = f"The registry answers, and its storage does not: {one.reason}."
            return Symptom(what, (Evidence(one.key, one.reason),), 0.97)
    return None
