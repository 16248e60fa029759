"""The computer has a way to the IPv4 internet.

Why: There is no default route for IPv4, and the server is asked by an IPv4 address.
"""

from __future__ import annotations

from ...model.finding import Evidence, Fix, Problem, Signature, Symptom, Where
from ...probes.network import Network

PROBLEM = Problem(
    title="This computer has no way to the IPv4 internet.",
    seen="Downloads fail at once because the network cannot be reached.",
    why="There is no default route for IPv4, and the server is asked by an IPv4 address.",
    fixes=(
        Fix(
            "If this computer should have IPv4, connect it anew.",
            (
                "ip -4 route show default",
                "sudo systemctl try-restart NetworkManager systemd-networkd",
            ),
            needs_root=True,
            loses="The network is away for a moment; a remote session may end.",
            proof="ip -4 route show default",
            where=Where(systems=("linux",), systemd=True, container=False),
        ),
        Fix(
            "If it has IPv6 alone, ask its provider for IPv4 or NAT64 (with a DNS64 name server), or copy the models folder from another computer.",
            ("ip -6 route show default",),
            proof="curl -m5 -sI https://registry.ollama.ai",
        ),
    ),
    sources=("https://github.com/ollama/ollama/issues/2216",),
    likelihood=0.5,
    systems=("linux",),
    confused_with=(
        "net-proxy-not-in-service-env",
        "net-ipv6-broken",
    ),
)

SIGNATURES = (
    Signature(
        r"dial tcp (?:\d{1,3}\.){3}\d{1,3}:\d+: connect: network is unreachable\b",
        ("unreachable", "network", "connect"),
        certainty=0.95,
        unless=(r"\[[0-9a-f]{1,4}:[0-9a-f:]+\]:\d+: connect",),
    ),
    Signature(
        r"dial tcp (?:\d{1,3}\.){3}\d{1,3}:\d+: connect: no route to host\b",
        ("connect", "route", "host"),
        certainty=0.9,
    ),
    Signature(
        r"Errno (?:101|51)\] Network is unreachable\b",
        ("unreachable", "network", "errno"),
        certainty=0.88,
        unless=(r"[0-9a-f]{1,4}:[0-9a-f]{1,4}:[0-9a-f:]*:",),
    ),
    Signature(r"ENETUNREACH (?:\d{1,3}\.){3}\d{1,3}\b", ("enetunreach",), certainty=0.92),
    Signature(
        r"\bENETUNREACH\b",
        ("enetunreach",),
        certainty=0.85,
        unless=(r"ENETUNREACH [0-9a-f]{1,4}:[0-9a-f]*:",),
    ),
    Signature(
        r"connect to (?:\d{1,3}\.){3}\d{1,3} port \d+\b.{0,60}failed: Network is unreachable",
        ("unreachable", "network", "connect"),
        certainty=0.93,
    ),
    Signature(
        r"\|(?:\d{1,3}\.){3}\d{1,3}\|:\d+\.\.\. failed: Network is unreachable",
        ("unreachable", "network", "failed"),
        certainty=0.94,
    ),
    Signature(
        r"Immediate connect fail for (?:\d{1,3}\.){3}\d{1,3}: Network is unreachable",
        ("unreachable", "immediate", "network"),
        certainty=0.92,
    ),
    Signature(
        r"connect: network is unreachable\b",
        ("unreachable", "connect", "network"),
        certainty=0.85,
        unless=(r"dial tcp6? \[|lookup|dial tcp6|ping6|ping -6|:11434",),
    ),
    Signature(
        r"Failed to connect to ollama\.com port 443\b", ("connect", "ollama", "port"), certainty=0.8
    ),
    Signature(
        r"A socket operation was attempted to an unreachable (?:network|host)\b",
        ("unreachable", "operation", "attempted"),
        certainty=0.87,
    ),
    *(
        Signature(
            pattern,
            needs,
            certainty=0.89,
            unless=(
                r"\[[0-9a-f]{1,4}:[0-9a-f:]+\]:|\b[0-9a-f]{1,4}:[0-9a-f]{1,4}:[0-9a-f:]*:|dial tcp6|ping6|ping -6|curl -6|172\.1[6-9]\.0\.1|host\.docker\.internal|:11434\b",
            ),
        )
        for pattern, needs in (
            (
                r"Failed to connect to \S{1,80} port \d+.{0,60}: Network is unreachable",
                ("unreachable", "connect", "network"),
            ),
            (r"connect to server: Network is unreachable", ("unreachable", "connect", "network")),
            (r"sendmsg: Network is unreachable", ("unreachable", "network", "sendmsg")),
            (r"Network is unreachable \(os error \d+\)", ("unreachable", "network", "error")),
            (
                r"SocketException \(\d+\): Network is unreachable",
                ("socketexception", "unreachable", "network"),
            ),
            (r"\(101: Network is unreachable\)", ("unreachable", "network", "101")),
            (r"RTNETLINK answers: Network is unreachable", ("unreachable", "rtnetlink", "answers")),
            (r"Destination Net Unreachable\b", ("destination", "unreachable", "net")),
            (r"connect: network is down\b", ("connect", "network", "down")),
            (r"connect: Das Netzwerk ist nicht erreichbar", ("erreichbar", "netzwerk", "connect")),
            (r"connect: Le r.seau n.est pas accessible", ("accessible", "connect", "seau")),
            (r"connect: La red es inaccesible", ("inaccesible", "connect", "red")),
            (
                r"ping: connect: (?:Сеть недоступна|网络不可达|ネットワークに届きません)",
                ("connect", "ping"),
            ),
            (r"WinError 10051\b", ("winerror", "10051")),
        )
    ),
    Signature(
        r"No route to host\b",
        ("route", "host", "no"),
        certainty=0.85,
        also=(
            r"ollama\.(?:ai|com)|huggingface|github|pypi|registry|pull|download|:443\b|port 443\b",
        ),
        unless=(
            r"\[[0-9a-f]{1,4}:[0-9a-f:]+\]:|\b[0-9a-f]{1,4}:[0-9a-f]{1,4}:[0-9a-f:]*:|dial tcp6|ping6|ping -6|curl -6|172\.1[6-9]\.0\.1|host\.docker\.internal|:11434\b",
        ),
    ),
    Signature(
        r"\btransmit failed\. General failure\b", ("transmit", "failure", "general"), certainty=0.85
    ),
    Signature(
        r"connect EHOSTUNREACH (?:\d{1,3}\.){3}\d{1,3}:443",
        ("ehostunreach", "connect", "443"),
        certainty=0.9,
    ),
)


def check(network: Network) -> Symptom | None:
    """No default route of IPv4, and nothing that answered without one."""
    if network.ipv4_route is not False or any(
        one.answered and _is_far(one.url) for one in network.answers
    ):
        return None
    what = "This computer has no default route for IPv4."
    return Symptom(what, (Evidence(network.route_source, "no default route"),), 0.96)


def _is_far(url: str) -> bool:
    return not any(near in url for near in ("127.0.0.1", "localhost", "[::1]"))
