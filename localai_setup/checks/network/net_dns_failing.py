"""The download server's name can be looked up.

Why: The name server in use does not answer for this name.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature

PROBLEM = Problem(
    title="This computer cannot look up the download server's name.",
    seen="Downloads fail because a name is unknown, often only in a container or in WSL.",
    why="The name server in use does not answer for this name.",
    fixes=(
        Fix(
            "Ask for the name yourself.",
            (
                "resolvectl query registry.ollama.ai",
                "cat /etc/resolv.conf",
            ),
            proof="getent hosts registry.ollama.ai",
        ),
        Fix(
            "Give a container another name server.",
            (
                "docker run -d --dns 1.1.1.1 -v ollama:/root/.ollama -p 127.0.0.1:11434:11434 --name ollama ollama/ollama",
            ),
            proof="docker exec ollama getent hosts registry.ollama.ai",
        ),
        Fix(
            "In WSL set networkingMode=mirrored in .wslconfig; in a company network use its proxy.",
            ("wsl --shutdown",),
            loses="Programs that run in WSL are stopped.",
            proof="getent hosts registry.ollama.ai",
        ),
    ),
    sources=(
        "https://github.com/ollama/ollama/issues/2680",
        "https://github.com/ollama/ollama/issues/8065",
        "https://github.com/ollama/ollama/issues/2818",
        "https://github.com/ollama/ollama/issues/2402",
        "https://github.com/ollama/ollama/issues/4402",
        "https://github.com/ollama/ollama/issues/3434",
        "https://github.com/apeatling/ollama-voice-mac/issues/1",
    ),
    likelihood=0.7,
    systems=("linux",),
    confused_with=(
        "net-proxy-not-in-service-env",
        "net-blob-host-blocked",
    ),
)

SIGNATURES = (
    Signature(
        r"dial tcp: lookup \S+?(?: on \S+)?: (?:no such host|server misbehaving|.{0,80}i/o timeout|.{0,80}connection refused|Temporary failure|.{0,80}network is unreachable)",
        (
            "dial",
            "tcp",
            "lookup",
        ),
        certainty=0.88,
        unless=(r"cloudflarestorage|host\.docker\.internal|proxyconnect",),
    ),
    Signature(
        r"Temporary failure in name resolution",
        (
            "temporary",
            "failure",
            "in",
            "name",
            "resolution",
        ),
        certainty=0.9,
        unless=(r"host\.docker\.internal",),
    ),
    Signature(
        r"Name or service not known",
        (
            "name",
            "or",
            "service",
            "not",
            "known",
        ),
        certainty=0.85,
        unless=(r"host\.docker\.internal",),
    ),
    Signature(
        r"(?:getaddrinfo failed|NameResolutionError|Failed to resolve '|nodename nor servname|gaierror)",
        ("failed",),
        certainty=0.85,
        unless=(r"host\.docker\.internal",),
    ),
    Signature(
        r"NameResolutionError",
        ("nameresolutionerror",),
        certainty=0.85,
        unless=(r"host\.docker\.internal",),
    ),
    Signature(
        r"Could not resolve host",
        (
            "could",
            "not",
            "resolve",
            "host",
        ),
        certainty=0.85,
        unless=(r"host\.docker\.internal",),
    ),
    Signature(
        r"getaddrinfo (?:ENOTFOUND|EAI_AGAIN)",
        ("getaddrinfo",),
        certainty=0.85,
        unless=(r"host\.docker\.internal",),
    ),
)
