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
            "Write http in place of https before the proxy's address in the service's settings, and restart it.",
            (
                "grep -rli '_PROXY=https://' /etc/systemd/system/ollama.service /etc/systemd/system/ollama.service.d | xargs -r sudo sed -Ei 's#(_PROXY=)https://#\\1http://#I'",
                "sudo systemctl daemon-reload",
                "sudo systemctl restart ollama",
            ),
            needs_root=True,
            proof="systemctl show ollama -p Environment",
            where=Where(systems=("linux",), systemd=True),
        ),
        Fix(
            "If the terminal's proxy is written so, correct it here and in ~/.profile or ~/.bashrc.",
            (
                'export HTTPS_PROXY="http://${HTTPS_PROXY#https://}"',
                'export https_proxy="$HTTPS_PROXY"',
            ),
            proof="curl -m5 -sI https://registry.ollama.ai",
        ),
    ),
    sources=("https://github.com/ollama/ollama/issues/729",),
    likelihood=0.6,
    systems=("linux",),
    confused_with=("net-tls-intercepted",),
)

SIGNATURES = (
    Signature(
        r"tls: first record does not look like a TLS handshake\b",
        ("handshake", "record", "first"),
        certainty=0.96,
    ),
    Signature(
        r"http: server gave HTTP response to HTTPS client\b",
        ("response", "client", "server"),
        certainty=0.95,
    ),
    Signature(
        r"wrong version number\b",
        ("version", "number", "wrong"),
        certainty=0.93,
        unless=(r"gguf|pyc|magic",),
    ),
    Signature(r"\bWRONG_VERSION_NUMBER\b", ("wrong_version_number",), certainty=0.94),
    Signature(r"packet length too long\b", ("packet", "length", "long"), certainty=0.92),
    Signature(r"record layer failure\b", ("failure", "record", "layer"), certainty=0.85),
    Signature(
        r"Your proxy appears to only use HTTP and not HTTPS\b",
        ("appears", "proxy", "https"),
        certainty=0.96,
    ),
    Signature(
        r"try changing your proxy URL to be HTTP\b", ("changing", "proxy", "http"), certainty=0.96
    ),
    Signature(
        r"\bERR_SSL_WRONG_VERSION_NUMBER\b", ("err_ssl_wrong_version_number",), certainty=0.94
    ),
    Signature(
        r"HTTPS_PROXY=https://\S+:\d+",
        ("https_proxy", "https"),
        certainty=0.6,
        also=(r"tls|TLS|SSL|handshake",),
    ),
    Signature(
        r"received corrupt message of type InvalidContentType\b",
        ("invalidcontenttype", "received", "message"),
        certainty=0.92,
    ),
    *(
        Signature(pattern, needs, certainty=0.93)
        for pattern, needs in (
            (r"An unexpected TLS packet was received\b", ("unexpected", "received", "packet")),
            (r"Unsupported proxy '", ("unsupported", "proxy")),
            (r"Unsupported proxy (?:scheme|syntax)\b", ("unsupported", "proxy")),
            (r"Unknown scheme for proxy URL\b", ("unknown", "scheme", "proxy")),
            (r"Unable to determine SOCKS version from\b", ("determine", "version", "unable")),
            (r"\bunknown scheme: socks", ("unknown", "scheme", "socks")),
            (r"proxyconnect tcp: EOF\b", ("proxyconnect", "eof", "tcp")),
            (r"SSL: HTTP_REQUEST\b", ("http_request", "ssl")),
            (r"built without the HTTPS-proxy support\b", ("support", "without", "built")),
            (r"\binvalid proxy (?:URL )?scheme\b", ("invalid", "scheme", "proxy")),
            (r"proxy URL with unsupported scheme\b", ("unsupported", "scheme", "proxy")),
            (r"Proxy URL had no scheme\b", ("scheme", "proxy", "had")),
        )
    ),
    *(
        Signature(pattern, needs, certainty=0.88, also=(r"proxy",))
        for pattern, needs in (
            (r"\bSEC_E_INVALID_TOKEN\b", ("sec_e_invalid_token",)),
            (
                r"check_hostname requires server_hostname\b",
                ("server_hostname", "check_hostname", "requires"),
            ),
            (
                r"\bSSL_ERROR_SYSCALL in connection to proxy\b",
                ("ssl_error_syscall", "connection", "proxy"),
            ),
            (r"SSL routines.{0,40}unknown protocol\b", ("protocol", "routines", "unknown")),
            (r"SSL: UNKNOWN_PROTOCOL\b", ("unknown_protocol", "ssl")),
            (r"\bERR_SSL_PROTOCOL_ERROR\b", ("err_ssl_protocol_error",)),
            (r"TLS handshake\b.{0,40}\beof\b", ("handshake", "eof", "tls")),
        )
    ),
)
