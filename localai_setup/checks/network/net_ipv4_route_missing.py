"""The computer has a way to the IPv4 internet.

Why: There is no default route for IPv4, and the server is asked by an IPv4 address.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature

PROBLEM = Problem(
    title="This computer has no way to the IPv4 internet.",
    seen="Downloads fail at once because the network cannot be reached.",
    why="There is no default route for IPv4, and the server is asked by an IPv4 address.",
    fixes=(
        Fix(
            "Look at the route, then connect to a network.",
            (
                "ip -4 route show default",
                "ip -6 route show default",
            ),
            proof="ip -4 route show default",
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
        r"dial tcp (?:\d{1,3}\.){3}\d{1,3}:\d+: connect: (?:network is unreachable|no route to host)",
        (
            "dial",
            "tcp",
            "connect",
        ),
        certainty=0.92,
    ),
    Signature(
        r"\[Errno (?:101|51)\] Network is unreachable",
        (
            "errno",
            "network",
            "is",
            "unreachable",
        ),
        certainty=0.85,
        unless=(r"\[[0-9a-f]+:",),
    ),
    Signature(r"ENETUNREACH", ("enetunreach",), certainty=0.85, unless=(r"\[[0-9a-f]+:",)),
)
