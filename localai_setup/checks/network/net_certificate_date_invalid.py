"""The clock is right and certificates are valid.

Why: The clock is off, the collection of certificates is old, or the server's certificate really
ran out.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature, Where

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
        r"x509: certificate has expired or is not yet valid",
        (
            "x509",
            "certificate",
            "has",
            "expired",
            "or",
            "is",
            "not",
            "yet",
            "valid",
        ),
        certainty=0.97,
    ),
    Signature(r"certificate (?:has expired|is not yet valid)", ("certificate",), certainty=0.95),
    Signature(
        r"CERT_HAS_EXPIRED|CERT_NOT_YET_VALID|SEC_E_CERT_EXPIRED",
        ("cert_has_expired",),
        certainty=0.92,
    ),
    Signature(
        r"(?:system clock synchronized|NTP synchronized): no",
        (
            "synchronized",
            "no",
        ),
        certainty=0.9,
        also=(r"x509|certificate",),
    ),
)
