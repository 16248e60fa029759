"""The clock is right and certificates are valid.

Why: The clock is off, the collection of certificates is old, or the server's certificate really
ran out.
"""

from __future__ import annotations

from ...model.finding import Evidence, Fix, Problem, Signature, Symptom, Where
from ...probes.network import Network

#: Ollama and GGUF files came in 2023: a computer that has them cannot be older.
OLDEST_YEAR = 2023

PROBLEM = Problem(
    title="A certificate seems out of date; often this computer's clock is wrong.",
    seen="Every download fails at its start with a complaint about validity.",
    why="The clock is off, the collection of certificates is old, or the server's certificate really ran out.",
    fixes=(
        Fix(
            "Compare this computer's time with the network's.",
            (
                "date -u",
                "curl -sI http://example.com | grep -i ^date",
            ),
            proof="date -u",
        ),
        Fix(
            "If it is off, let the clock set itself.",
            ("sudo timedatectl set-ntp true",),
            needs_root=True,
            proof="timedatectl",
            where=Where(systems=("linux",)),
        ),
        Fix(
            "If it is off, let the clock set itself.",
            ("sudo sntp -sS time.apple.com",),
            needs_root=True,
            proof="date -u",
            where=Where(systems=("macos",)),
        ),
        Fix(
            "If it is off, let the clock set itself, in an administrator's PowerShell.",
            ("w32tm /resync",),
            needs_root=True,
            proof="w32tm /query /status",
            where=Where(systems=("windows",)),
        ),
        Fix(
            "If it is right, renew the collection of certificates; do not set the clock back.",
            (
                "sudo apt install --reinstall ca-certificates",
                "sudo update-ca-certificates",
            ),
            needs_root=True,
            proof="curl -sI https://registry.ollama.ai",
            where=Where(systems=("linux",), families=("debian",)),
        ),
        Fix(
            "If it is right, renew the collection of certificates; do not set the clock back.",
            ("sudo dnf reinstall ca-certificates", "sudo update-ca-trust"),
            needs_root=True,
            proof="curl -sI https://registry.ollama.ai",
            where=Where(systems=("linux",), families=("rhel",)),
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
)


def check(network: Network) -> Symptom | None:
    """A clock that shows a year before there were such engines."""
    if network.year is None or network.year >= OLDEST_YEAR:
        return None
    what = f"The clock of this computer says {network.year}; every certificate looks invalid to it."
    return Symptom(what, (Evidence(network.clock_source, str(network.year)),), 0.98)
