"""The proxy lets Ollama's download server through.

Why: A filtering proxy blocks the registry's address or the program's name.
"""

from __future__ import annotations

from ...model.finding import Evidence, Fix, Problem, Signature, Symptom, Where
from ...probes.network import Network

#: HTTP statuses of filtering proxies: forbidden, log in to the proxy, blocked for legal reasons.
REFUSALS = (403, 407, 451)

PROBLEM = Problem(
    title="The company's proxy refuses Ollama's download server.",
    seen="The download stops at its first step with an empty refusal, with proxy and certificate set.",
    why="A filtering proxy blocks the registry's address or the program's name.",
    fixes=(
        Fix(
            "Find out who refuses, and ask them to allow registry.ollama.ai and *.r2.cloudflarestorage.com.",
            ("curl.exe -vI https://registry.ollama.ai/v2/",),
            proof="curl.exe -I https://registry.ollama.ai/v2/",
            where=Where(systems=("windows",)),
        ),
        Fix(
            "Find out who refuses, and ask them to allow registry.ollama.ai and *.r2.cloudflarestorage.com.",
            ("curl -vI https://registry.ollama.ai/v2/",),
            proof="curl -I https://registry.ollama.ai/v2/",
            where=Where(systems=("linux", "macos")),
        ),
        Fix(
            "Or fetch a GGUF file elsewhere (model.gguf stands for it) and import it.",
            ("echo 'FROM ./model.gguf' > Modelfile", "ollama create my-model -f Modelfile"),
            proof="ollama list",
        ),
    ),
    sources=("https://github.com/ollama/ollama/issues/2622",),
    likelihood=0.6,
    systems=("windows",),
    confused_with=(
        "ollama-browser-origin-refused",
        "net-tls-intercepted",
    ),
)

SIGNATURES = (
    Signature(r"^\s*Error: \b403\b:", ("403",), certainty=0.92),
    Signature(
        r"pull model manifest\b.{0,200}(?:\b403\b|Forbidden|\b407\b|Blocked|Access Denied)",
        ("manifest", "model", "pull"),
        certainty=0.95,
        unless=(r"hf\.co|huggingface|\b429\b",),
    ),
    Signature(
        r"pull model manifest: (?:invalid character .<. looking for beginning of value)",
        ("character", "beginning", "manifest"),
        certainty=0.9,
    ),
    Signature(
        r"registry\.ollama\.ai\b.{0,300}(?:Forbidden|\b403\b|Blocked|Proxy Authentication Required|\b407\b|Access Denied|Zscaler|Bad Gateway)",
        ("registry", "ollama", "ai"),
        certainty=0.94,
        unless=(r"cloudflarestorage",),
    ),
    Signature(
        r"Proxy Authentication Required\b", ("authentication", "required", "proxy"), certainty=0.9
    ),
    Signature(
        r"Received HTTP code \d{3} from proxy after CONNECT\b",
        ("received", "connect", "proxy"),
        certainty=0.9,
    ),
    Signature(
        r"CONNECT tunnel failed, response \d{3}\b", ("response", "connect", "tunnel"), certainty=0.9
    ),
    Signature(
        r"Tunnel connection failed: 40[37]\b", ("connection", "tunnel", "failed"), certainty=0.9
    ),
    Signature(
        r"ProxyError\b.{0,200}(?:40[37]\b|Forbidden|Unable to connect to proxy)",
        ("proxyerror",),
        certainty=0.85,
    ),
    Signature(
        r"(?:blocked by|denied by) (?:your )?(?:company|corporate|administrator|web filter|policy|Zscaler|FortiGuard|Sophos)\b",
        ("by",),
        certainty=0.85,
        also=(r"ollama|registry|huggingface|download",),
    ),
    Signature(r"FortiGuard\b.{0,60}(?:Intrusion|Block)", ("fortiguard",), certainty=0.88),
    Signature(
        r"X-Squid-Error: ERR_ACCESS_DENIED\b", ("err_access_denied", "squid", "x"), certainty=0.9
    ),
    Signature(
        r"curl: \(22\) The requested URL returned error: 40[37]\b",
        ("requested", "returned", "curl"),
        certainty=0.75,
        also=(r"ollama|registry",),
    ),
    *(
        Signature(pattern, needs, certainty=0.92, unless=(r"(?:localhost|127\.0\.0\.1):11434",))
        for pattern, needs in (
            (r"Proxy tunneling failed: ", ("tunneling", "failed", "proxy")),
            (
                r"tunneling socket could not be established, (?:statusCode|cause)=",
                ("established", "tunneling", "socket"),
            ),
            (r"\bTCP_DENIED/\d{3} \d+ CONNECT \S", ("tcp_denied", "connect")),
            (r"\bunsuccessful tunnel\b", ("unsuccessful", "tunnel")),
            (r"\bClientHttpProxyError: \d{3}", ("clienthttpproxyerror",)),
            (r"\bERR_TUNNEL_CONNECTION_FAILED\b", ("err_tunnel_connection_failed",)),
            (
                r"proxyconnect tcp: (?:Forbidden|Proxy Authentication Required|Bad Gateway|Service Unavailable|Gateway Timeout)",
                ("proxyconnect", "tcp"),
            ),
            (r"\bProxyError: 40[37]\b", ("proxyerror",)),
            (r"pull model manifest: (?:451|407|502|503): ", ("manifest", "model", "pull")),
        )
    ),
    Signature(
        r"registry\.ollama\.ai/\S*.{0,4}: (?:Service Unavailable|Gateway Timeout|Bad Request|Method Not Allowed)",
        ("registry", "ollama", "ai"),
        certainty=0.9,
    ),
    Signature(
        r"(?:has been|has|was|is|been) blocked\b",
        ("blocked",),
        certainty=0.88,
        also=(
            r"registry\.ollama\.ai|ollama\.com|huggingface\.co",
            r"categor|policy|organi[sz]ation|administrator|firewall|filter|violation",
        ),
        unless=(r"cloudflarestorage|Application Control|group policy",),
    ),
    Signature(
        r"Web filter violation\b",
        ("violation", "filter", "web"),
        certainty=0.88,
        also=(
            r"registry\.ollama\.ai|ollama\.com|huggingface\.co",
            r"categor|policy|organi[sz]ation|administrator|firewall|filter|violation",
        ),
        unless=(r"cloudflarestorage|Application Control|group policy",),
    ),
)


def check(network: Network) -> Symptom | None:
    """The registry itself asks for no right to read: somebody on the way refuses."""
    for one in network.of("ollama.ai"):
        if one.code in REFUSALS:
            what = f"Somebody between here and the registry answers with status {one.code}."
            return Symptom(what, (Evidence(one.key, f"status {one.code}"),), 0.93)
    return None
