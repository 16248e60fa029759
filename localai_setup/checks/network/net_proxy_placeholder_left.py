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
            "Find the line, put in the real proxy or delete it (the third line opens the service's own settings), and restart.",
            (
                "systemctl show ollama -p Environment",
                "grep -rni proxy /etc/systemd/system/ollama.service /etc/systemd/system/ollama.service.d /etc/environment",
                "sudo systemctl edit --full ollama",
                "sudo systemctl daemon-reload",
                "sudo systemctl restart ollama",
            ),
            needs_root=True,
            proof="systemctl show ollama -p Environment",
            where=Where(systems=("linux",), systemd=True),
        ),
        Fix(
            "If this terminal has it, take it out here and in ~/.profile or ~/.bashrc.",
            (
                "unset HTTPS_PROXY https_proxy HTTP_PROXY http_proxy ALL_PROXY all_proxy",
                "grep -ni proxy ~/.profile ~/.bashrc ~/.zshrc",
            ),
            proof="curl -m5 -sI https://registry.ollama.ai",
        ),
    ),
    sources=("https://github.com/ollama/ollama/issues/6550",),
    likelihood=0.6,
    systems=("linux",),
    confused_with=("net-dns-failing",),
)

SIGNATURES = (
    Signature(r"proxy\.example\.(?:com|org|net)\b", ("example", "proxy"), certainty=0.97),
    Signature(r"\bexample\.(?:com|org)\b.{0,20}:(?:8080|3128)\b", ("example",), certainty=0.93),
    Signature(r"\byour[-.]proxy\b\S*", ("proxy", "your"), certainty=0.96),
    Signature(
        r"(?:https?://|lookup )yourproxy\S{0,40}.{0,120}\bno such host\b",
        ("such", "host", "no"),
        certainty=0.96,
    ),
    Signature(
        r"proxyconnect tcp: dial tcp: lookup \S+?(?: on \S+)?: no such host",
        ("proxyconnect", "lookup", "host"),
        certainty=0.96,
    ),
    Signature(
        r"proxyconnect tcp: dial tcp: lookup \S{1,80}.{0,120}(?:server misbehaving|Temporary failure|no such host)",
        ("proxyconnect", "lookup", "dial"),
        certainty=0.94,
    ),
    Signature(
        r"lookup (?:my[-_]?proxy|proxy[-_.]?server|proxy\.company\.com|proxyserver)\S*",
        ("lookup",),
        certainty=0.93,
    ),
    Signature(r"Could not resolve proxy: ", ("resolve", "proxy", "could"), certainty=0.9),
    Signature(r"Could not resolve proxy name\b", ("resolve", "proxy", "could"), certainty=0.9),
    Signature(
        r"HTTPS_PROXY[=:]\S{0,12}(?:<\S{1,60}>|\[\S{0,30}proxy\S{0,30}\]|your|example)",
        ("https_proxy",),
        certainty=0.93,
    ),
    *(
        Signature(pattern, needs, certainty=0.94)
        for pattern, needs in (
            (r"https?://(?:\S{1,60}[:@])?\S{0,60}:port\b", ("port",)),
            (r"\binvalid port \":port\"", ("invalid", "port")),
            (r"Invalid port: 'port'", ("invalid", "port")),
            (
                r"invalid literal for int\(\) with base 10: '(?:port|<port>|PORT)'",
                ("invalid", "literal", "base"),
            ),
            (
                r"https_proxy=\S*your[-_.]?(?:company|proxy|server|host|corp|domain)\S*",
                ("https_proxy", "your"),
            ),
            (
                r"http_proxy=\S*your[-_.]?(?:company|proxy|server|host|corp|domain)\S*",
                ("http_proxy", "your"),
            ),
            (r"invalid proxy URL .{0,20}<", ("invalid", "proxy", "url")),
            (
                r"Failed to parse: \S*(?:your|proxy[-_.]server|example)\S*",
                ("failed", "parse", "to"),
            ),
            (r"invalid proxy URL port\b", ("invalid", "proxy", "port")),
        )
    ),
    Signature(
        r"lookup (?:your|my|the)[-_.]?(?:proxy|company|corp)\S*", ("lookup",), certainty=0.93
    ),
    Signature(r"//proxy\.(?:your|my)[\w-]*\.\w+", ("proxy",), certainty=0.93),
)
