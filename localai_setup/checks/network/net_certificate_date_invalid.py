"""The clock is right and certificates are valid.

Why: The clock is off, the collection of certificates is old, or the server's certificate really
ran out.
"""

from __future__ import annotations

from ...model.finding import Evidence, Fix, Problem, Signature, Symptom, Where
from ...probes.network import Network
from ...probes.reach import Reach

#: Ollama and GGUF files came in 2023: a computer that has them cannot be older.
OLDEST_YEAR = 2023
#: less than that no certificate minds
DAY_SECONDS = 86_400

PROBLEM = Problem(
    title="A certificate seems out of date; often this computer's clock is wrong.",
    seen="Every download fails at its start with a complaint about validity.",
    why="The clock is off, the collection of certificates is old, or the server's certificate really ran out.",
    fixes=(
        Fix(
            "Compare this computer's time with the network's; if it is off, let the clock set itself.",
            (
                "date -u",
                "curl -sI http://example.com | grep -i ^date",
                "sudo timedatectl set-ntp true",
            ),
            needs_root=True,
            proof="timedatectl",
            where=Where(systems=("linux",), systemd=True, container=False),
        ),
        Fix(
            "In WSL the clock stops while the computer sleeps: take the time from Windows.",
            ("sudo hwclock -s",),
            needs_root=True,
            proof="date -u",
            where=Where(systems=("linux",), wsl=True),
        ),
        Fix(
            "If the clock is off, set it from the network.",
            ("sudo sntp -sS time.apple.com",),
            needs_root=True,
            proof="date -u",
            where=Where(systems=("macos",)),
        ),
        Fix(
            "If the clock is off, set it from the network, in an administrator's PowerShell.",
            ("Start-Service w32time", "w32tm /resync"),
            needs_root=True,
            proof="w32tm /query /status",
            where=Where(systems=("windows",)),
        ),
        Fix(
            "If the clock is right, renew the collection of certificates; do not set the clock back.",
            (
                "sudo apt update",
                "sudo apt install --reinstall ca-certificates",
                "sudo update-ca-certificates",
            ),
            needs_root=True,
            proof="curl -sI https://registry.ollama.ai",
            where=Where(systems=("linux",), families=("debian",)),
        ),
        Fix(
            "If the clock is right, renew the collection of certificates; do not set the clock back.",
            ("sudo dnf upgrade ca-certificates", "sudo update-ca-trust"),
            needs_root=True,
            proof="curl -sI https://registry.ollama.ai",
            where=Where(systems=("linux",), families=("rhel",)),
        ),
        Fix(
            "If the clock is right, renew the collection of certificates with the whole system.",
            ("sudo pacman -Syu", "sudo update-ca-trust"),
            needs_root=True,
            proof="curl -sI https://registry.ollama.ai",
            where=Where(systems=("linux",), families=("arch",)),
        ),
        Fix(
            "If the clock is right, renew the collection of certificates; do not set the clock back.",
            ("sudo zypper install -f ca-certificates-mozilla", "sudo update-ca-certificates"),
            needs_root=True,
            proof="curl -sI https://registry.ollama.ai",
            where=Where(systems=("linux",), families=("suse",)),
        ),
    ),
    sources=(
        "https://github.com/ollama/ollama/issues/3336",
        "https://github.com/ollama/ollama/issues/3334",
        "https://github.com/ollama/ollama/issues/3335",
        "https://github.com/ollama/ollama/issues/3337",
        "https://github.com/ollama/ollama/issues/10625",
    ),
    likelihood=0.7,
    systems=(),
    confused_with=("net-tls-intercepted",),
)

SIGNATURES = (
    Signature(
        r"x509: certificate has expired or is not yet valid\b",
        ("certificate", "expired", "valid"),
        certainty=0.97,
    ),
    Signature(r"certificate (?:has|is) expired\b", ("certificate", "expired"), certainty=0.96),
    Signature(
        r"certificate is not (?:yet|activated yet)\b", ("certificate", "yet", "not"), certainty=0.96
    ),
    Signature(
        r"not yet activated\b", ("activated", "yet", "not"), certainty=0.93, also=(r"certificate",)
    ),
    Signature(
        r"certificate (?:is )?not yet valid\b", ("certificate", "valid", "yet"), certainty=0.96
    ),
    Signature(
        r"is not activated\.", ("activated", "not", "is"), certainty=0.75, also=(r"certificate",)
    ),
    Signature(r"\bCERT_HAS_EXPIRED\b", ("cert_has_expired",), certainty=0.95),
    Signature(r"\bCERT_NOT_YET_VALID\b", ("cert_not_yet_valid",), certainty=0.95),
    Signature(r"\bSEC_E_CERT_EXPIRED\b", ("sec_e_cert_expired",), certainty=0.95),
    Signature(r"CERT_DATE_INVALID\b", ("cert_date_invalid",), certainty=0.95),
    Signature(r"ERR_CERT_DATE_INVALID\b", ("err_cert_date_invalid",), certainty=0.95),
    Signature(
        r"invalid peer certificate: (?:Expired|NotValidYet|certificate (?:expired|not valid yet))",
        ("certificate", "invalid", "peer"),
        certainty=0.95,
    ),
    Signature(r"curl: \(60\).{0,80}\bexpired\b", ("expired", "curl", "60"), certainty=0.95),
    Signature(
        r"current time \S+ is (?:after|before) \d{4}-", ("current", "time", "is"), certainty=0.96
    ),
    Signature(
        r"(?:system clock|NTP) synchronized: no\b",
        ("synchronized", "no"),
        certainty=0.88,
        also=(r"x509|certificate|TLS|SSL",),
    ),
    Signature(
        r"(?:Release file|InRelease\b).{0,120}is not valid yet\b",
        ("valid", "yet", "not"),
        certainty=0.9,
    ),
    *(
        Signature(pattern, needs, certainty=0.95)
        for pattern, needs in (
            (r"certificate of .{1,120} has expired\b", ("certificate", "expired", "has")),
            (r"\bCertificateNotYetValidException\b", ("certificatenotyetvalidexception",)),
            (r"\bCertificateExpiredException\b", ("certificateexpiredexception",)),
            (r"tls: expired certificate\b", ("certificate", "expired", "tls")),
            (r"alert certificate expired\b", ("certificate", "expired", "alert")),
            (r"\bSEC_ERROR_EXPIRED_CERTIFICATE\b", ("sec_error_expired_certificate",)),
            (r"\bX509_V_ERR_CERT_NOT_YET_VALID\b", ("x509_v_err_cert_not_yet_valid",)),
            (r"\bX509_V_ERR_CERT_HAS_EXPIRED\b", ("x509_v_err_cert_has_expired",)),
            (r"\bCERT_E_EXPIRED\b", ("cert_e_expired",)),
            (
                r"not within its validity period when verifying against the current system clock",
                ("verifying", "validity", "against"),
            ),
            (
                r"nicht im G.ltigkeitszeitraum gemessen an der aktuellen Systemzeit",
                ("ltigkeitszeitraum", "systemzeit", "aktuellen"),
            ),
            (
                r"certificate is (?:yet )?not valid \(invalid date\)",
                ("certificate", "invalid", "valid"),
            ),
        )
    ),
    Signature(r"SSL alert number 45\b", ("number", "alert", "ssl"), certainty=0.9),
    Signature(
        r"certificate(?:'s)? (?:validity|dates?) .{0,60}(?:expired|in the future|out of range|not yet valid|invalid)",
        ("certificate",),
        certainty=0.9,
    ),
)


def check(network: Network, reach: Reach) -> Symptom | None:
    """A clock from before there were such engines, one that servers contradict, or a refused date."""
    if network.year is not None and network.year < OLDEST_YEAR:
        what = f"The clock of this computer says {network.year}; every certificate looks invalid to it."
        return Symptom(what, (Evidence(network.clock_source, str(network.year)),), 0.98)
    return _clock_contradicted(reach) or _dates_refused(reach)


def _clock_contradicted(reach: Reach) -> Symptom | None:
    for place in reach.places or ():
        off_days = round((place.clock_ahead_seconds or 0) / DAY_SECONDS)
        if off_days:
            way = "ahead of" if off_days > 0 else "behind"
            what = f"This computer's clock is {abs(off_days)} days {way} that of {place.host}."
            proof = Evidence(
                "call:network.reach", f"{place.clock_ahead_seconds} s against {place.host}"
            )
            return Symptom(what, (proof,), 0.97, "warn")
    return None


def _dates_refused(reach: Reach) -> Symptom | None:
    refused = [one for one in reach.places or () if one.dates_refused]
    if not refused:
        return None
    what = f"By this computer's clock the certificate of {refused[0].host} is out of date."
    proof = tuple(Evidence("call:network.reach", f"{o.host}: {o.reason}") for o in refused)
    return Symptom(what, proof, 0.9, "warn")
