"""IPv6 works, or programs use IPv4.

Why: The computer has an IPv6 address and route that lead nowhere, and the program does not turn
to IPv4.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature

PROBLEM = Problem(
    title="Downloads hang because IPv6 does not work here.",
    seen="A download prints nothing and never ends; without IPv6 it works.",
    why="The computer has an IPv6 address and route that lead nowhere, and the program does not turn to IPv4.",
    fixes=(
        Fix(
            "If the second line answers and the first does not, switch IPv6 off until the next start (=0 undoes it).",
            (
                "curl -6 -m5 -sI https://registry.ollama.ai",
                "curl -4 -m5 -sI https://registry.ollama.ai",
                "sudo sysctl -w net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1",
            ),
            needs_root=True,
            loses="Connections over IPv6 end, a remote session over it too.",
            proof="curl -m5 -sI https://registry.ollama.ai",
        ),
        Fix(
            "Or let curl, Python and the like prefer IPv4; Ollama itself does not read this file.",
            ("echo 'precedence ::ffff:0:0/96 100' | sudo tee -a /etc/gai.conf",),
            needs_root=True,
            proof="curl -m5 -sI https://huggingface.co",
        ),
    ),
    sources=(
        "https://github.com/containers/ramalama/issues/828",
        "https://github.com/ollama/ollama/issues/3434",
    ),
    likelihood=0.6,
    systems=("linux",),
    confused_with=(
        "net-proxy-not-in-service-env",
        "net-download-unstable",
    ),
)

SIGNATURES = (
    Signature(
        r"dial tcp6? \[[0-9a-f:]{3,}\]:\d+: ",
        ("dial",),
        certainty=0.96,
        unless=(r"\[::1?\]:11434",),
    ),
    Signature(
        r"read tcp \[[0-9a-f:]{3,}\]:\d+->\[[0-9a-f:]{3,}\]:\d+: ",
        ("read", "tcp"),
        certainty=0.94,
        unless=(r"\[::1\]:11434",),
    ),
    Signature(
        r"Immediate connect fail for [0-9a-f]{1,4}:[0-9a-f:]+: ",
        ("immediate", "connect", "fail"),
        certainty=0.92,
    ),
    Signature(
        r"connect to [0-9a-f]{1,4}:[0-9a-f:]+ port \d+\b.{0,60}failed: ",
        ("connect", "port", "to"),
        certainty=0.95,
    ),
    Signature(
        r"Connecting to \S+.{0,60}\|[0-9a-f]{1,4}:[0-9a-f:]+\|:\d+\.\.\. failed: ",
        ("connecting", "failed", "to"),
        certainty=0.95,
    ),
    Signature(
        r"Trying \[?[0-9a-f]{1,4}:[0-9a-f:]+\]?(?::\d+)?\.\.\.[\s\S]{0,300}(?:timed out|unreachable|No route)",
        ("trying",),
        certainty=0.94,
        lines=4,
    ),
    Signature(
        r"connect E(?:TIMEDOUT|NETUNREACH|HOSTUNREACH|CONNREFUSED) [0-9a-f]{1,4}:[0-9a-f:]{3,}",
        ("connect",),
        certainty=0.94,
    ),
    Signature(
        r"\bdisable_ipv6\b", ("disable_ipv6",), certainty=0.6, also=(r"ollama|pull|hang|timeout",)
    ),
    Signature(
        r"\bSYN-SENT\b.{0,200}\[?(?:2[0-9a-f]{3}):[0-9a-f:]+\]?:443\b",
        ("sent", "443", "syn"),
        certainty=0.95,
        also=(r"\b2[0-9a-f]{3}:[0-9a-f:]{3,}",),
        unless=(r"SYN[-_]SENT.{0,60} (?:\d{1,3}\.){3}\d{1,3}:443",),
    ),
    Signature(
        r":443\b.{0,40}\bSYN_SENT\b",
        ("syn_sent", "443"),
        certainty=0.95,
        also=(r"\b2[0-9a-f]{3}:[0-9a-f:]{3,}",),
        unless=(r"SYN[-_]SENT.{0,60} (?:\d{1,3}\.){3}\d{1,3}:443",),
    ),
    *(
        Signature(pattern, needs, certainty=0.95)
        for pattern, needs in (
            (r"Connect call failed \('[0-9a-f]{1,4}:[0-9a-f:]+'", ("connect", "failed", "call")),
            (r"\([0-9a-f]{1,4}:[0-9a-f:]+\)\. - connect \(\d+: ", ("connect",)),
            (
                r"Failed to connect to [0-9a-f]{1,4}:[0-9a-f:]+ port \d+",
                ("connect", "failed", "port"),
            ),
            (
                r"\('[0-9a-f]{1,4}:[0-9a-f:]+', \d+, 0, 0\).{0,60}(?:unreachable|timed out|No route)",
                ("0",),
            ),
        )
    ),
    Signature(r"\bping6: .{0,40}(?:No route to host|unreachable)", ("ping6",), certainty=0.9),
    Signature(
        r"\bPING \S+ ?\([0-9a-f]{1,4}:[0-9a-f:]+\)[\s\S]{0,300}100% packet loss",
        ("packet", "loss", "ping"),
        certainty=0.9,
        lines=6,
    ),
    Signature(
        r"Connecting to \S+ \([0-9a-f]{1,4}:[0-9a-f:]+\)\]",
        ("connecting", "to"),
        certainty=0.88,
        unless=(r"^Get:\d",),
    ),
    Signature(
        r"\bcurl (?:-\S{1,30} ){0,4}-6 \S{1,200}\s[\s\S]{0,200}curl: \((?:7|28|6)\)",
        ("curl", "6"),
        certainty=0.9,
        lines=6,
    ),
    Signature(
        r"\bping (?:-\w{1,9} ){0,3}-6 \S{1,100}\s[\s\S]{0,300}(?:100% packet loss|unreachable|No route)",
        ("ping", "6"),
        certainty=0.9,
        lines=6,
    ),
)
