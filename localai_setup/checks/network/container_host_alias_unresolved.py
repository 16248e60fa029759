"""The container knows its host's name.

Why: With plain Docker or Podman on Linux that name exists only where it is given at the start.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature

PROBLEM = Problem(
    title="The container does not know the name of the computer it runs on.",
    seen="The web interface in the container cannot resolve the special host name.",
    why="With plain Docker or Podman on Linux that name exists only where it is given at the start.",
    fixes=(
        Fix(
            "Start the container anew with the name; here only this computer can open it.",
            (
                "docker rm -f open-webui",
                "docker run -d --add-host=host.docker.internal:host-gateway -p 127.0.0.1:3000:8080 -v open-webui:/app/backend/data --name open-webui ghcr.io/open-webui/open-webui:main",
            ),
            loses="The old container is removed; what it kept outside of the volume open-webui is lost.",
            proof="docker exec open-webui getent hosts host.docker.internal",
        ),
        Fix(
            'In a compose file add to the service: extra_hosts: ["host.docker.internal:host-gateway"], then start it anew.',
            ("docker compose up -d",),
            proof="docker compose exec open-webui getent hosts host.docker.internal",
        ),
        Fix(
            "In Podman the name is host.containers.internal; use that in the address.",
            proof="podman exec open-webui getent hosts host.containers.internal",
        ),
    ),
    sources=(
        "https://github.com/wandb/openui/issues/181",
        "https://github.com/open-webui/open-webui/issues/7189",
    ),
    likelihood=0.6,
    systems=("linux",),
    confused_with=("container-app-cannot-reach-host",),
)

SIGNATURES = (
    Signature(
        r"host\.(?:docker|containers)\.internal\b.{0,250}(?:Name or service not known|Temporary failure in name resolution|no such host|ENOTFOUND|EAI_AGAIN|getaddrinfo|nodename|bad address|No address associated|server misbehaving|NameResolutionError|Could not resolve|Failed to resolve|Name does not resolve)",
        ("internal", "host"),
        certainty=0.97,
    ),
    Signature(
        r"(?:resolve host:?|ENOTFOUND|EAI_AGAIN|lookup|bad address|Failed to resolve|resolve) '?\bhost\.(?:docker|containers)\.internal",
        ("internal", "host"),
        certainty=0.97,
    ),
    Signature(
        r"Could not resolve host: host\.(?:docker|containers)\.internal",
        ("internal", "resolve", "could"),
        certainty=0.97,
    ),
    Signature(
        r"ping: host\.(?:docker|containers)\.internal: ",
        ("internal", "ping", "host"),
        certainty=0.95,
    ),
    Signature(
        r"host\.docker\.internal[\s\S]{0,300}NXDOMAIN\b", ("docker", "host"), certainty=0.9, lines=4
    ),
    Signature(
        r"(?:Name or service not known|Temporary failure in name resolution)[\s\S]{0,400}\bhost\.(?:docker|containers)\.internal",
        ("internal", "host", "name"),
        certainty=0.93,
        lines=4,
    ),
    Signature(
        r"(?:unable to resolve host address|unknown host|UnknownHostException:|host not found in upstream|can't resolve|cannot resolve) .?host\.(?:docker|containers)\.internal",
        ("internal", "host"),
        certainty=0.97,
    ),
    Signature(
        r"\bNXDOMAIN\b[\s\S]{0,300}\bhost\.(?:docker|containers)\.internal",
        ("internal", "nxdomain", "host"),
        certainty=0.96,
        lines=4,
    ),
    Signature(
        r"invalid IP address in add-host: .?host-gateway",
        ("address", "gateway", "invalid"),
        certainty=0.95,
    ),
    Signature(
        r"Resource temporarily unavailable \(host\.docker\.internal:",
        ("temporarily", "unavailable", "internal"),
        certainty=0.9,
    ),
    Signature(
        r"No such host is known\. \(host\.docker\.internal:",
        ("internal", "docker", "known"),
        certainty=0.9,
    ),
    Signature(
        r"getent hosts host\.(?:docker|containers)\.internal[^\n]*\n(?:[^\n]*echo \$\?[^\n]*\n)?2\s*$",
        ("internal", "getent", "hosts"),
        certainty=0.9,
        lines=3,
    ),
)
