"""Hugging Face can be reached.

Why: The region or company blocks Hugging Face or its download servers, or a mirror answers in its
place.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature, Where

PROBLEM = Problem(
    title="Hugging Face cannot be reached from this network.",
    seen="Connections to Hugging Face time out while other pages work.",
    why="The region or company blocks Hugging Face or its download servers, or a mirror answers in its place.",
    fixes=(
        Fix(
            "Take the model from Ollama's library (llama3.2:1b is an example).",
            ("ollama pull llama3.2:1b",),
            proof="ollama list",
        ),
        Fix(
            "Or use a permitted proxy, or a mirror you trust (this one is an example): another party runs it, so give it no token and check the checksum.",
            ("export HF_ENDPOINT=https://hf-mirror.com",),
            proof="curl -m5 -sI https://hf-mirror.com",
            where=Where(systems=("linux", "macos")),
        ),
        Fix(
            "Or name a mirror you trust (this one is an example) for new terminals: another party runs it, so give it no token and check the checksum.",
            ("setx HF_ENDPOINT https://hf-mirror.com",),
            proof="curl.exe -m5 -sI https://hf-mirror.com",
            where=Where(systems=("windows",)),
        ),
    ),
    sources=(
        "https://github.com/padeoe/hf-mirror-site/issues/16",
        "https://github.com/QwenLM/Qwen3/pull/556",
        "https://github.com/huggingface/huggingface_hub/issues/2830",
        "https://github.com/isair/jarvis/issues/507",
        "https://github.com/lllyasviel/ControlNet/issues/662",
        "https://github.com/Andyyyy64/whichllm/issues/128",
        "https://github.com/kyuz0/amd-strix-halo-comfyui-toolboxes/pull/27",
        "https://github.com/jzhang38/TinyLlama/issues/26",
    ),
    likelihood=0.6,
    systems=(),
    confused_with=("net-dns-failing",),
)

SIGNATURES = (
    Signature(
        r"HTTPS?ConnectionPool\(host='(?:[\w.-]*\.)?(?:huggingface\.co|hf\.co|hf-mirror\.com)'",
        ("host",),
        certainty=0.93,
        unless=(
            r"CERTIFICATE|certificate|NameResolution|Failed to resolve|Name or service|Temporary failure",
        ),
    ),
    Signature(
        r"Distant resource does not seem to be on huggingface\.co",
        ("huggingface", "resource", "distant"),
        certainty=0.96,
    ),
    Signature(
        r"We couldn.t connect to .https://(?:huggingface\.co|hf-mirror\.com)\S* to load\b",
        ("connect", "load", "we"),
        certainty=0.95,
    ),
    Signature(
        r"We couldn.t connect to .{1,60} to load (?:this|the) files?\b",
        ("connect", "load", "we"),
        certainty=0.93,
    ),
    Signature(
        r"huggingface\.co\b.{0,250}(?:timed out|timeout|unreachable|refused|reset by peer|Couldn.t connect|10060|SSLEOFError|EOF occurred)",
        ("huggingface", "co"),
        certainty=0.92,
        unless=(r"x509|CERTIFICATE_VERIFY",),
    ),
    Signature(
        r"\bhf\.co\b.{0,250}(?:timed out|timeout|unreachable|refused|reset by peer|Couldn.t connect|10060)",
        ("co", "hf"),
        certainty=0.9,
        unless=(r"x509|CERTIFICATE_VERIFY|host\.docker",),
    ),
    Signature(
        r"Failed to connect to (?:\S+\.)?huggingface\.co port 443\b",
        ("connect", "port", "443"),
        certainty=0.95,
    ),
    Signature(
        r"Failed to connect to (?:\S+\.)?hf\.co port 443\b",
        ("connect", "port", "443"),
        certainty=0.95,
    ),
    Signature(
        r"LocalEntryNotFoundError\b",
        ("localentrynotfounderror",),
        certainty=0.9,
        unless=(r"\b401\b|\b403\b|gated|Name or service|Temporary failure",),
    ),
    Signature(
        r"cannot find the (?:requested files|appropriate snapshot folder)\b.{0,200}\blocal\b",
        ("cannot", "local", "find"),
        certainty=0.88,
    ),
    Signature(
        r"Please check your connection and try again or make sure your Internet connection is on",
        ("connection", "internet", "please"),
        certainty=0.92,
    ),
    Signature(
        r"An error happened while trying to locate the files? on the Hub\b",
        ("happened", "locate", "trying"),
        certainty=0.92,
    ),
    Signature(r"FileMetadataError\b", ("filemetadataerror",), certainty=0.85),
    Signature(
        r"(?:ConnectTimeout|ConnectionError|ConnectError)\b.{0,200}\bhuggingface\b",
        ("huggingface",),
        certainty=0.9,
        unless=(r"CERTIFICATE|Name or service|NameResolution",),
    ),
    Signature(
        r"WinError 10060\b",
        ("winerror", "10060"),
        certainty=0.85,
        also=(r"huggingface|hf\.co|HF_|hf_hub|Hugging Face",),
    ),
    Signature(r"OfflineModeIsEnabled\b", ("offlinemodeisenabled",), certainty=0.75),
    Signature(
        r"get_repo_files: error: (?:HTTPLIB failed|GET failed \((?:-1|0|5\d\d)\))",
        ("get_repo_files", "failed", "error"),
        certainty=0.85,
    ),
    Signature(
        r"error: (?:HEAD|GET) (?:request )?failed\b.{0,80}(?:timed? ?out|Connection|Could not establish)",
        ("error",),
        certainty=0.8,
        also=(r"huggingface|hf\.co|HF_|hf_hub|Hugging Face",),
    ),
    *(
        Signature(pattern, needs, certainty=0.93, unless=(r"x509|CERTIFICATE",))
        for pattern, needs in (
            (
                r"\bhttps://(?:hf-mirror\.com|huggingface\.co|hf\.co|cdn-lfs[\w.-]{0,40})\b.{0,250}(?:ETIMEDOUT|ECONNREFUSED|ECONNRESET|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|network error|dial tcp (?:\d{1,3}\.){3})",
                ("https",),
            ),
            (
                r"(?:ETIMEDOUT|ECONNREFUSED|ECONNRESET|UND_ERR_CONNECT_TIMEOUT)\b.{0,120}\bhuggingface\.co",
                ("huggingface", "co"),
            ),
            (
                r"\bhuggingface\.co\b.{0,160}(?:ETIMEDOUT|ECONNREFUSED|ECONNRESET|UND_ERR_CONNECT_TIMEOUT|network error)",
                ("huggingface", "co"),
            ),
            (
                r"Cannot reach https://huggingface\.co\S*: offline mode is enabled",
                ("huggingface", "enabled", "offline"),
            ),
        )
    ),
    *(
        Signature(
            pattern,
            needs,
            certainty=0.9,
            also=(
                r"huggingface|hf\.co|HF_|hf_hub|Hugging ?Face|hf_repo|common_download|get_repo|hf-mirror",
            ),
            unless=(r"x509|CERTIFICATE|resolve|getaddrinfo|Name or service",),
        )
        for pattern, needs in (
            (
                r"HTTPLIB failed: (?:Connection|Could not establish|Read|SSL connection|Proxy connection)",
                ("httplib", "failed"),
            ),
            (
                r"\bConnection aborted\b.{0,60}(?:ConnectionResetError|RemoteDisconnected)",
                ("connection", "aborted"),
            ),
            (r"Recv failure: Connection (?:was )?reset", ("connection", "failure", "reset")),
            (r"HEAD failed: (?:Could not establish|Connection)", ("failed", "head")),
            (r"The handshake operation timed out\b", ("handshake", "operation", "timed")),
        )
    ),
    Signature(
        r"we cannot find the requested files in the (?:local cache|cached path|disk cache)",
        ("requested", "cannot", "files"),
        certainty=0.91,
        unless=(r"\b401\b|\b403\b|gated|Name or service|Temporary failure|CERTIFICATE",),
    ),
    Signature(
        r"dial tcp (?:\d{1,3}\.){3}\d{1,3}:443: (?:i/o timeout|connect: connection (?:refused|timed out)|connectex)",
        ("dial", "443", "tcp"),
        certainty=0.92,
        also=(r"https://(?:hf\.co|huggingface\.co)/",),
        unless=(r"registry\.ollama\.ai",),
    ),
)
