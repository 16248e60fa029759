"""The download server's name can be looked up.

Why: The name server in use does not answer for this name.
"""

from __future__ import annotations

from ...model.finding import Evidence, Fix, Problem, Signature, Symptom, Where
from ...probes.reach import Reach

PROBLEM = Problem(
    title="This computer cannot look up the download server's name.",
    seen="Downloads fail because a name is unknown, often only in a container or in WSL.",
    why="The name server in use does not answer for this name.",
    fixes=(
        Fix(
            "Use another name server until the next connection; names inside a company may then be unknown.",
            ("sudo resolvectl dns \"$(ip route get 1.1.1.1 | grep -oP 'dev \\K\\S+')\" 1.1.1.1",),
            needs_root=True,
            proof="getent hosts registry.ollama.ai",
            where=Where(systems=("linux",), systemd=True, container=False, wsl=False),
        ),
        Fix(
            "If resolvectl is missing, tell NetworkManager.",
            (
                "sudo nmcli device modify \"$(ip route get 1.1.1.1 | grep -oP 'dev \\K\\S+')\" ipv4.dns 1.1.1.1 ipv4.ignore-auto-dns yes",
            ),
            needs_root=True,
            proof="getent hosts registry.ollama.ai",
            where=Where(systems=("linux",), container=False, wsl=False),
        ),
        Fix(
            "In a container: make it anew with another name server and your own options (--gpus=all for NVIDIA).",
            (
                "docker rm -f ollama",
                "docker run -d --dns 1.1.1.1 -v ollama:/root/.ollama -p 127.0.0.1:11434:11434 --name ollama ollama/ollama",
            ),
            loses="The old container is removed; what it kept outside of its volumes is lost.",
            proof="docker exec ollama getent hosts registry.ollama.ai",
        ),
        Fix(
            "In WSL on Windows 11: write the line [wsl2] and below it networkingMode=mirrored and dnsTunneling=true, save, then stop WSL and open it again.",
            ("cmd.exe /c 'notepad %USERPROFILE%\\.wslconfig'", "wsl.exe --shutdown"),
            loses="Programs that run in WSL are stopped.",
            proof="getent hosts registry.ollama.ai",
            where=Where(systems=("linux",), wsl=True),
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

#: A container's name for its host is another problem, and so is one blocked host of model files.
CONTAINER_NAMES = (r"host\.docker\.internal|host\.containers\.internal|gateway\.docker\.internal",)
NEITHER_BLOBS = (f"{CONTAINER_NAMES[0]}|cloudflarestorage",)
#: The C library's messages in other languages.
TRANSLATED = (
    r"chec temporaire dans la r.solution|Nom ou service inconnu|Fallo temporal en la resoluci.n|Nombre o servicio desconocido"
    r"|域名解析|未知的名称或服务|Имя или служба не известны|Временный сбой в разрешении"
    r"|Nome o servizio sconosciuto|Nome ou servi.o desconhecido|名前またはサービスが不明|名前解決に一時的に失敗"
    r"|알려지지 않음|Nieznana nazwa lub us|Naam of dienst onbekend|Название или служба"
)

SIGNATURES = (
    Signature(
        r"dial tcp: lookup \S+?(?: on \S+)?: (?:no such host|server misbehaving|.{0,120}i/o timeout|.{0,120}connection refused|Temporary failure|.{0,120}network is unreachable|getaddrinfow|.{0,80}no DNS servers|.{0,80}No address|device or resource busy|Try again)",
        ("lookup", "dial", "tcp"),
        certainty=0.9,
        unless=(r"cloudflarestorage|host\.docker\.internal|proxyconnect",),
    ),
    Signature(
        r"getaddrinfow: (?:No such host|This is usually|The requested name|A non-recoverable)",
        ("getaddrinfow",),
        certainty=0.9,
    ),
    Signature(
        r"lookup \S+ on \S+:53: (?:no such host|server misbehaving|read udp|dial udp|write udp)",
        ("lookup", "53", "on"),
        certainty=0.92,
        unless=(r"cloudflarestorage|host\.docker\.internal|proxyconnect",),
    ),
    Signature(
        r"Temporary failure (?:in name resolution|resolving)\b",
        ("temporary", "failure"),
        certainty=0.92,
        unless=CONTAINER_NAMES,
    ),
    Signature(
        r"Name or service not known\b",
        ("service", "known", "name"),
        certainty=0.9,
        unless=CONTAINER_NAMES,
    ),
    Signature(
        r"Name does not resolve\b",
        ("resolve", "does", "name"),
        certainty=0.9,
        unless=CONTAINER_NAMES,
    ),
    Signature(
        r"nodename nor servname provided\b",
        ("nodename", "servname", "provided"),
        certainty=0.9,
        unless=CONTAINER_NAMES,
    ),
    Signature(
        r"No address associated with hostname\b",
        ("associated", "hostname", "address"),
        certainty=0.9,
        unless=CONTAINER_NAMES,
    ),
    Signature(
        r"getaddrinfo failed\b",
        ("getaddrinfo", "failed"),
        certainty=0.9,
        unless=CONTAINER_NAMES,
    ),
    Signature(
        r"\bgaierror\b",
        ("gaierror",),
        certainty=0.88,
        unless=CONTAINER_NAMES,
    ),
    Signature(
        r"Failed to resolve '",
        ("resolve", "failed", "to"),
        certainty=0.9,
        unless=CONTAINER_NAMES,
    ),
    Signature(
        r"\bNameResolutionError\b",
        ("nameresolutionerror",),
        certainty=0.9,
        unless=CONTAINER_NAMES,
    ),
    Signature(
        r"Could not resolve host\b",
        ("resolve", "could", "host"),
        certainty=0.9,
        unless=NEITHER_BLOBS,
    ),
    Signature(r"Could not resolve proxy\b", ("resolve", "proxy", "could"), certainty=0.8),
    Signature(
        r"unable to resolve host address\b",
        ("address", "resolve", "unable"),
        certainty=0.9,
        unless=CONTAINER_NAMES,
    ),
    Signature(r"could not be resolved \(\d+: ", ("resolved", "could", "not"), certainty=0.85),
    Signature(
        r"getaddrinfo (?:ENOTFOUND|EAI_AGAIN)\b",
        ("getaddrinfo",),
        certainty=0.9,
        unless=CONTAINER_NAMES,
    ),
    Signature(
        r"The remote name could not be resolved\b", ("resolved", "remote", "could"), certainty=0.9
    ),
    Signature(
        r"Der Remotename konnte nicht aufgel.st werden\b",
        ("remotename", "werden", "konnte"),
        certainty=0.9,
    ),
    Signature(
        r"Der Name oder der Dienst ist nicht bekannt\b",
        ("bekannt", "dienst", "nicht"),
        certainty=0.9,
    ),
    Signature(
        r"Tempor.rer Fehler bei der Namensaufl", ("namensaufl", "fehler", "bei"), certainty=0.9
    ),
    Signature(
        r"(?:\*\* )?server can.t find (?:registry\.ollama\.ai|huggingface\.co|ollama\.com)\b",
        ("find",),
        certainty=0.9,
    ),
    Signature(
        r"dns error: failed to lookup address information\b",
        ("information", "address", "lookup"),
        certainty=0.9,
        unless=CONTAINER_NAMES,
    ),
    Signature(r"DNS_PROBE_FINISHED_NXDOMAIN\b", ("dns_probe_finished_nxdomain",), certainty=0.88),
    Signature(
        r"Could not establish connection\b.{0,60}\bhost(?:name)? (?:lookup|resolution)",
        ("connection", "establish", "could"),
        certainty=0.85,
    ),
    *(
        Signature(
            pattern,
            needs,
            certainty=0.9,
            unless=NEITHER_BLOBS,
        )
        for pattern, needs in (
            (r"Couldn't resolve host\b", ("resolve", "couldn", "host")),
            (r"\bbad address '", ("address", "bad")),
            (r"ping: cannot resolve \S", ("resolve", "cannot", "ping")),
            (r"Ping request could not find host \S", ("request", "could", "find")),
            (
                r"Ping-Anforderung konnte Host .{1,120} nicht finden",
                ("anforderung", "finden", "konnte"),
            ),
            (r"\bqueryA E[A-Z]+ \S", ("querya",)),
            (r"\bqueryAaaa E[A-Z]+ \S", ("queryaaaa",)),
            (r"H.te inconnu\b", ("inconnu", "te", "h")),
            (r"UnknownHostException: \S", ("unknownhostexception",)),
            (r"No such host is known\b", ("known", "host", "such")),
            (r"Der angegebene Host ist unbekannt\b", ("angegebene", "unbekannt", "host")),
            (r"getaddrinfow: \S", ("getaddrinfow",)),
            (
                r"\blookup \S{1,120}: (?:no DNS servers|Try again|nodename|Temporary failure|getaddrinfow)",
                ("lookup",),
            ),
            *(
                (rf"{program}: .{{1,120}}(?:{TRANSLATED})", (program,))
                for program in ("ping", "ssh", "wget")
            ),
            (r"no servers could be reached\b", ("reached", "servers", "could")),
            (r"communications error to \S{1,60}#53: ", ("communications", "error", "53")),
            (
                r"can't find \S{1,120}: (?:SERVFAIL|REFUSED|NXDOMAIN|Query refused|Server failed|Non-existent domain|No response from server)",
                ("find", "can", "t"),
            ),
            (r"\*\*\* Request to \S{1,80} timed-out", ("request", "timed", "out")),
            (r"resolve call failed: ", ("resolve", "failed", "call")),
            (r"DNSSEC validation failed\b", ("validation", "dnssec", "failed")),
            (r"Could not resolve hostname\b", ("hostname", "resolve", "could")),
            (r"\bHost lookup failure\b", ("failure", "lookup", "host")),
            (r"getaddrinfo\(\) thread failed to start", ("getaddrinfo", "failed", "thread")),
            (r"Name resolution for \S{1,120} failed", ("resolution", "failed", "name")),
            (r"Failed to resolve the name \S", ("resolve", "failed", "name")),
            (r"Could not contact DNS servers\b", ("contact", "servers", "could")),
            (r"\bCURLE_COULDNT_RESOLVE_HOST\b", ("curle_couldnt_resolve_host",)),
            (r"\bERR_NAME_NOT_RESOLVED\b", ("err_name_not_resolved",)),
            (r"\bERR_NAME_RESOLUTION_FAILED\b", ("err_name_resolution_failed",)),
        )
    ),
)


def check(reach: Reach) -> Symptom | None:
    """No name at all can be looked up; one name alone may be a mirror's or a company's wish.

    No more than worth knowing: a computer that is off the network looks the same.
    """
    places = reach.places or ()
    unknown = [one for one in places if one.kind == "name"]
    hosts = sorted({one.host for one in unknown})
    if len(unknown) < len(places) or len(hosts) < 2:  # noqa: PLR2004  one name proves nothing
        return None
    proof = tuple(Evidence("call:network.reach", f"{o.host}: {o.reason}") for o in unknown)
    return Symptom(f"No name can be looked up: {', '.join(hosts)}.", proof, 0.9, "info")
