"""Requests to this computer do not go through a proxy.

Why: The plain-HTTP proxy variable is set without an exception for this computer.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature, Symptom, Where
from ...probes.services import Services

PROBLEM = Problem(
    title="A proxy setting sends requests to this very computer through the proxy.",
    seen="The command line gets an empty error although the server runs; without the proxy variable it works.",
    why="The plain-HTTP proxy variable is set without an exception for this computer.",
    fixes=(
        Fix(
            "Make the exception in this terminal; write the line into ~/.profile to keep it.",
            (
                "export NO_PROXY=localhost,127.0.0.1,::1,host.docker.internal",
                "export no_proxy=$NO_PROXY",
            ),
            proof="ollama list",
            where=Where(systems=("linux", "macos")),
        ),
        Fix(
            "Or leave the plain-HTTP proxy out; the HTTPS one is enough.",
            ("unset HTTP_PROXY http_proxy",),
            proof="ollama list",
            where=Where(systems=("linux", "macos")),
        ),
        Fix(
            "Make the exception, then open a new terminal and start your programs again.",
            ('setx NO_PROXY "localhost,127.0.0.1,::1,host.docker.internal"',),
            proof="ollama list",
            where=Where(systems=("windows",)),
        ),
    ),
    sources=("https://github.com/ollama/ollama/issues/4834",),
    likelihood=0.5,
    systems=(),
    confused_with=("ollama-server-not-running",),
)

SIGNATURES = (
    Signature(
        r"Error: invalid character '<' looking for beginning of value",
        ("invalid", "character", "beginning"),
        certainty=0.8,
        also=(r"\bollama (?:list|ls|ps|run|show)\b",),
    ),
    Signature(r"^Error:\s*$", ("error",), certainty=0.75, also=(r"\bhttps?_proxy=\S",)),
    Signature(
        r"something went wrong, please see the ollama server logs for details\b",
        ("something", "details", "please"),
        certainty=0.93,
    ),
    Signature(
        r"\b(?:503|502|504|403)\b.{0,200}(?:localhost|127\.0\.0\.1|0\.0\.0\.0):\b11434\b",
        ("11434",),
        certainty=0.93,
        unless=(r"\[GIN\]",),
    ),
    Signature(
        r"(?:localhost|127\.0\.0\.1|0\.0\.0\.0):\b11434\b.{0,200}\b(?:503|502|504|407)\b",
        ("11434",),
        certainty=0.93,
        unless=(r"\[GIN\]",),
    ),
    Signature(
        r"(?:localhost|127\.0\.0\.1)\b.{0,200}\bproxy error\b", ("proxy", "error"), certainty=0.9
    ),
    Signature(
        r"(?:localhost|127\.0\.0\.1)\b.{0,200}Cannot connect to proxy\b",
        ("connect", "proxy", "to"),
        certainty=0.93,
    ),
    Signature(
        r"(?:localhost|127\.0\.0\.1)\b[\s\S]{0,300}\bERR_ACCESS_DENIED\b",
        ("err_access_denied",),
        certainty=0.9,
        lines=5,
    ),
    Signature(
        r"Uses proxy env variable http_proxy\b",
        ("http_proxy", "variable", "proxy"),
        certainty=0.85,
        also=(r"localhost|127\.0\.0\.1",),
    ),
    Signature(r"\bsquid\b", ("squid",), certainty=0.8, also=(r"(?:localhost|127\.0\.0\.1):11434",)),
    Signature(
        r"proxyconnect tcp: .{0,200}",
        ("proxyconnect", "tcp"),
        certainty=0.75,
        also=(r'(?:Get|Head|Post) "?http://(?:localhost|127\.0\.0\.1|0\.0\.0\.0):11434',),
    ),
    Signature(
        r"http://(?:localhost|127\.0\.0\.1|0\.0\.0\.0):(?:11434|8080|1234)\S{0,60}: proxyconnect tcp: ",
        ("proxyconnect", "http", "tcp"),
        certainty=0.96,
    ),
    Signature(
        r"host='(?:localhost|127\.0\.0\.1|0\.0\.0\.0)', port=\d+\).{0,200}\bProxyError\b",
        ("proxyerror", "host", "port"),
        certainty=0.96,
    ),
    Signature(
        r"Uses proxy env variable http_proxy\b",
        ("http_proxy", "variable", "proxy"),
        certainty=0.95,
        also=(
            r"curl .{0,60}(?:localhost|127\.0\.0\.1)|(?:GET|POST|CONNECT) (?:http://)?(?:localhost|127\.0\.0\.1)",
        ),
    ),
    Signature(
        r"HTTP code \d{3} from proxy after CONNECT",
        ("connect", "after", "proxy"),
        certainty=0.95,
        also=(
            r"curl .{0,60}(?:localhost|127\.0\.0\.1)|(?:GET|POST|CONNECT) (?:http://)?(?:localhost|127\.0\.0\.1)",
        ),
    ),
    *(
        Signature(pattern, needs, certainty=0.93)
        for pattern, needs in (
            (
                r"retrieve the URL: .{0,20}http://(?:localhost|127\.0\.0\.1)",
                ("retrieve", "http", "the"),
            ),
            (
                r"localhost is not accessible, a shareable link must be created",
                ("accessible", "localhost", "shareable"),
            ),
            (
                r"proxy settings to (?:allow access to localhost|ensure localhost is accessible)",
                ("localhost", "settings", "proxy"),
            ),
        )
    ),
    Signature(
        r"HTTP/1\.[01] (?:503|502|403|407|504) ",
        ("http", "1"),
        certainty=0.9,
        also=(
            r"(?:curl|wget|GET|POST|HEAD) .{0,40}(?:localhost|127\.0\.0\.1):(?:11434|8080|1234)",
            r"proxy|squid|Via:|X-Cache",
        ),
    ),
    Signature(
        r"\bERR_ACCESS_DENIED\b",
        ("err_access_denied",),
        certainty=0.9,
        also=(r"\b(?:localhost|127\.0\.0\.1)\b",),
        unless=(r"registry\.ollama\.ai",),
    ),
)


def check(services: Services) -> Symptom | None:
    shell = services.shell
    proxy = shell.get("http_proxy") or shell.get("HTTP_PROXY")
    excepted = shell.get("no_proxy", "") + shell.get("NO_PROXY", "")
    told = {"no_proxy", "NO_PROXY"} <= services.unset or bool(excepted)
    if not proxy or not told or "localhost" in excepted or "127.0.0.1" in excepted:
        return None
    return Symptom(f"The proxy {proxy} is set, and NO_PROXY does not except this computer.")
