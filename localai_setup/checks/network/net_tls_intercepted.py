"""Certificates of download servers can be verified.

Why: A proxy or scanner signs connections anew with a private certificate that this computer or
container does not trust.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature, Where

PROBLEM = Problem(
    title="Something in the network opens encrypted connections with a certificate of its own.",
    seen="Downloads fail at their first step although the browser works.",
    why="A proxy or scanner signs connections anew with a private certificate that this computer or container does not trust.",
    fixes=(
        Fix(
            "Put the company's root certificate in the system's store, and restart the service.",
            (
                "sudo cp company-ca.crt /usr/local/share/ca-certificates/",
                "sudo update-ca-certificates",
                "sudo systemctl restart ollama",
            ),
            needs_root=True,
            proof="curl -sI https://registry.ollama.ai",
            where=Where(systems=("linux",)),
        ),
        Fix(
            "The same on Fedora and RHEL.",
            (
                "sudo cp company-ca.crt /etc/pki/ca-trust/source/anchors/",
                "sudo update-ca-trust",
                "sudo systemctl restart ollama",
            ),
            needs_root=True,
            proof="curl -sI https://registry.ollama.ai",
            where=Where(systems=("linux",)),
        ),
        Fix(
            "For Python programs name the file.",
            (
                "export REQUESTS_CA_BUNDLE=/etc/ssl/certs/ca-certificates.crt SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt",
            ),
            proof="python -m pip download --no-deps --dest download-test pip",
        ),
    ),
    sources=(
        "https://github.com/ollama/ollama/issues/1063",
        "https://github.com/ollama/ollama/issues/1798",
        "https://github.com/ollama/ollama/issues/9101",
        "https://github.com/ollama/ollama/issues/823",
        "https://github.com/ollama/ollama/issues/10876",
        "https://github.com/ollama/ollama/issues/3372",
        "https://github.com/ollama/ollama/issues/2622",
    ),
    likelihood=0.7,
    systems=(),
    confused_with=(
        "net-certificate-date-invalid",
        "net-proxy-scheme-wrong",
    ),
)

SIGNATURES = (
    Signature(
        r"x509: certificate signed by unknown authority",
        (
            "x509",
            "certificate",
            "signed",
            "by",
            "unknown",
            "authority",
        ),
        certainty=0.95,
    ),
    Signature(
        r"x509: (?:.{0,60}certificate is not trusted|.{0,40}not standards compliant|certificate is valid for .{0,120}, not)",
        ("x509",),
        certainty=0.94,
    ),
    Signature(
        r"(?:self[- ]signed certificate|unable to get local issuer certificate|unable to verify the first certificate)",
        ("certificate",),
        certainty=0.92,
    ),
    Signature(
        r"CERTIFICATE_VERIFY_FAILED",
        ("certificate_verify_failed",),
        certainty=0.9,
        unless=(r"expired|not yet valid",),
    ),
    Signature(
        r"(?:SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_GET_ISSUER_CERT_LOCALLY|SEC_E_UNTRUSTED_ROOT)",
        ("self_signed_cert_in_chain",),
        certainty=0.9,
    ),
    Signature(
        r"invalid peer certificate: UnknownIssuer",
        (
            "invalid",
            "peer",
            "certificate",
            "unknownissuer",
        ),
        certainty=0.88,
    ),
)
