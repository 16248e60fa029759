"""Certificates of download servers can be verified.

Why: A proxy or scanner signs connections anew with a private certificate that this computer or
container does not trust.
"""

from __future__ import annotations

from ...model.finding import Evidence, Fix, Problem, Signature, Symptom, Where
from ...probes.reach import Reach

PROBLEM = Problem(
    title="Something in the network opens encrypted connections with a certificate of its own.",
    seen="Downloads fail at their first step although the browser works.",
    why="A proxy or scanner signs connections anew with a private certificate that this computer or container does not trust.",
    fixes=(
        Fix(
            "Ask your company for its root certificate (a PEM file, here company-ca.crt), put it in the system's store, and restart the service.",
            (
                "sudo cp company-ca.crt /usr/local/share/ca-certificates/",
                "sudo update-ca-certificates",
                "sudo systemctl restart ollama",
            ),
            needs_root=True,
            proof="curl -sI https://registry.ollama.ai",
            where=Where(systems=("linux",), families=("debian",)),
        ),
        Fix(
            "Ask your company for its root certificate (a PEM file, here company-ca.crt), put it in the system's store, and restart the service.",
            (
                "sudo cp company-ca.crt /etc/pki/ca-trust/source/anchors/",
                "sudo update-ca-trust",
                "sudo systemctl restart ollama",
            ),
            needs_root=True,
            proof="curl -sI https://registry.ollama.ai",
            where=Where(systems=("linux",), families=("rhel",)),
        ),
        Fix(
            "Ask your company for its root certificate (a PEM file, here company-ca.crt), put it in the system's store, and restart the service.",
            (
                "sudo trust anchor --store company-ca.crt",
                "sudo systemctl restart ollama",
            ),
            needs_root=True,
            proof="curl -sI https://registry.ollama.ai",
            where=Where(systems=("linux",), families=("arch",)),
        ),
        Fix(
            "Ask your company for its root certificate (a PEM file, here company-ca.crt), put it in the system's store, and restart the service.",
            (
                "sudo cp company-ca.crt /etc/pki/trust/anchors/",
                "sudo update-ca-certificates",
                "sudo systemctl restart ollama",
            ),
            needs_root=True,
            proof="curl -sI https://registry.ollama.ai",
            where=Where(systems=("linux",), families=("suse",)),
        ),
        Fix(
            "Trust the company's root certificate (here company-ca.crt), then quit and open Ollama again.",
            (
                "sudo security add-trusted-cert -d -r trustRoot -k /Library/Keychains/System.keychain company-ca.crt",
            ),
            needs_root=True,
            proof="curl -sI https://registry.ollama.ai",
            where=Where(systems=("macos",)),
        ),
        Fix(
            "Trust the company's root certificate (here company-ca.crt) in an administrator's terminal, then quit and open Ollama again.",
            ("certutil -addstore -f Root company-ca.crt",),
            needs_root=True,
            proof="curl.exe -sI https://registry.ollama.ai",
            where=Where(systems=("windows",)),
        ),
        Fix(
            "In a container put it into the container's own store; a new container needs it again.",
            (
                "docker cp company-ca.crt ollama:/usr/local/share/ca-certificates/company-ca.crt",
                "docker exec ollama update-ca-certificates",
                "docker restart ollama",
            ),
            proof="docker exec ollama ls -l /etc/ssl/certs/company-ca.pem",
        ),
        Fix(
            "For Python programs name the system's collection, once the certificate is in it.",
            (
                "export SSL_CERT_FILE=$(ls /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt /etc/ssl/ca-bundle.pem 2>/dev/null | head -n1)",
                "export REQUESTS_CA_BUNDLE=$SSL_CERT_FILE",
            ),
            proof="python3 -c \"import urllib.request as u; print(u.urlopen('https://huggingface.co').status)\"",
            where=Where(systems=("linux",)),
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
        r"\bi:.{0,160}(?:Cisco Umbrella|Zscaler|Netskope|Forti(?:net|Gate)|Palo Alto|Blue ?Coat|Sophos|Kaspersky|Avast|AVG |mitmproxy|Forcepoint|Check Point|Websense|Trellix|McAfee)",
        ("i",),
        certainty=0.9,
    ),
    Signature(
        r"\bissuer[=:].{0,160}(?:Cisco Umbrella|Zscaler|Netskope|Forti(?:net|Gate)|Palo Alto|Blue ?Coat|Sophos|Kaspersky|Avast|AVG |mitmproxy|Forcepoint|Check Point|Websense|Trellix|McAfee)",
        ("issuer",),
        certainty=0.9,
    ),
    Signature(
        r"x509: certificate signed by unknown authority\b",
        ("certificate", "authority", "unknown"),
        certainty=0.97,
    ),
    Signature(
        r"x509: .{0,80}\bcertificate is not trusted\b",
        ("certificate", "trusted", "x509"),
        certainty=0.96,
    ),
    Signature(
        r"x509: .{0,80}not standards compliant\b",
        ("compliant", "standards", "x509"),
        certainty=0.95,
    ),
    Signature(
        r"x509: certificate is valid for .{0,200}, not\b",
        ("certificate", "valid", "x509"),
        certainty=0.95,
    ),
    Signature(
        r"x509: (?:certificate relies on legacy Common Name|negative serial number|cannot validate certificate|unhandled critical extension|OSStatus|certificate is not authorized)",
        ("x509",),
        certainty=0.93,
    ),
    Signature(
        r"tls: failed to verify certificate: x509: (?!certificate has expired)",
        ("certificate", "verify", "x509"),
        certainty=0.93,
        unless=(r"expired or is not yet valid",),
    ),
    Signature(
        r"self[- ]signed certificate\b",
        ("certificate", "signed", "self"),
        certainty=0.94,
        unless=(r"openssl req|generat",),
    ),
    Signature(
        r"unable to get (?:local )?issuer certificate\b",
        ("certificate", "unable", "get"),
        certainty=0.95,
    ),
    Signature(
        r"unable to verify the first certificate\b",
        ("certificate", "verify", "unable"),
        certainty=0.95,
    ),
    Signature(
        r"CERTIFICATE_VERIFY_FAILED\b",
        ("certificate_verify_failed",),
        certainty=0.92,
        unless=(r"has expired|not yet valid",),
    ),
    Signature(
        r"certificate verify failed\b",
        ("certificate", "verify", "failed"),
        certainty=0.9,
        unless=(r"has expired|not yet valid",),
    ),
    Signature(r"SELF_SIGNED_CERT_IN_CHAIN\b", ("self_signed_cert_in_chain",), certainty=0.95),
    Signature(r"DEPTH_ZERO_SELF_SIGNED_CERT\b", ("depth_zero_self_signed_cert",), certainty=0.95),
    Signature(
        r"UNABLE_TO_GET_ISSUER_CERT_LOCALLY\b",
        ("unable_to_get_issuer_cert_locally",),
        certainty=0.95,
    ),
    Signature(
        r"UNABLE_TO_VERIFY_LEAF_SIGNATURE\b", ("unable_to_verify_leaf_signature",), certainty=0.95
    ),
    Signature(r"SEC_E_UNTRUSTED_ROOT\b", ("sec_e_untrusted_root",), certainty=0.95),
    Signature(r"CRYPT_E_NO_REVOCATION_CHECK\b", ("crypt_e_no_revocation_check",), certainty=0.85),
    Signature(
        r"issued by an authority that is not trusted\b",
        ("authority", "trusted", "issued"),
        certainty=0.94,
    ),
    Signature(r"unknown ca\b", ("unknown", "ca"), certainty=0.85, also=(r"ssl|SSL|tls|TLS",)),
    Signature(
        r"invalid peer certificate: (?:UnknownIssuer|BadSignature|CaUsedAsEndEntity)",
        ("certificate", "invalid", "peer"),
        certainty=0.95,
    ),
    Signature(
        r"SSL certificate problem: (?!certificate has expired)",
        ("certificate", "problem", "ssl"),
        certainty=0.93,
        unless=(r"expired|not yet valid",),
    ),
    Signature(
        r"Could not establish trust relationship for the SSL/TLS secure channel\b",
        ("relationship", "establish", "channel"),
        certainty=0.93,
    ),
    *(
        Signature(
            pattern, needs, certainty=0.95, unless=(r"has expired|not yet valid|NotTimeValid",)
        )
        for pattern, needs in (
            (r"\bCERT_TRUST_IS_UNTRUSTED_ROOT\b", ("cert_trust_is_untrusted_root",)),
            (r"locally verify the issuer's authority", ("authority", "locally", "issuer")),
            (r"Self-signed certificate encountered\b", ("certificate", "encountered", "signed")),
            (
                r"server certificate verification failed\. CAfile",
                ("verification", "certificate", "cafile"),
            ),
            (r"certificate signer not trusted\b", ("certificate", "trusted", "signer")),
            (r"PKIX path building failed\b", ("building", "failed", "path")),
            (
                r"unable to find valid certification path to requested target\b",
                ("certification", "requested", "target"),
            ),
            (r"\bERR_CERT_AUTHORITY_INVALID\b", ("err_cert_authority_invalid",)),
            (r"unknown certificate authority\b", ("certificate", "authority", "unknown")),
            (r"certificate has an unknown issuer\b", ("certificate", "unknown", "issuer")),
            (r"doesn't have a known issuer\b", ("issuer", "doesn", "known")),
            (r"certificate issuer is unknown\b", ("certificate", "unknown", "issuer")),
            (
                r"terminated in a root certificate which is not trusted\b",
                ("certificate", "terminated", "trusted"),
            ),
            (r"endete jedoch mit einem Stammzertifikat\b", ("stammzertifikat", "endete", "jedoch")),
            (
                r"konnte keine Vertrauensstellung hergestellt werden\b",
                ("vertrauensstellung", "hergestellt", "konnte"),
            ),
            (
                r"impossible d'.tablir une relation de confiance\b",
                ("impossible", "confiance", "relation"),
            ),
            (
                r"errors in the certificate chain: (?:UntrustedRoot|PartialChain|NotSignatureValid)",
                ("certificate", "errors", "chain"),
            ),
            (
                r"remote certificate is invalid according to the validation procedure\b",
                ("certificate", "validation", "according"),
            ),
            (r"\bSEC_ERROR_UNKNOWN_ISSUER\b", ("sec_error_unknown_issuer",)),
            (
                r"x509: certificate specifies an incompatible key usage\b",
                ("incompatible", "certificate", "specifies"),
            ),
        )
    ),
    *(
        Signature(pattern, needs, certainty=0.9, unless=(r"expired|not yet valid|NotTimeValid",))
        for pattern, needs in (
            (r"SSL server verification failed\b", ("verification", "failed", "server")),
            (r"\bSSLPeerUnverifiedException\b", ("sslpeerunverifiedexception",)),
            (r"x509: failed to load system roots\b", ("failed", "system", "roots")),
            (
                r"suitable TLS CA certificate bundle, invalid path\b",
                ("certificate", "suitable", "invalid"),
            ),
            (r"setting certificate (?:verify locations|file):", ("certificate", "setting")),
            (r"\bCRYPT_E_REVOCATION_OFFLINE\b", ("crypt_e_revocation_offline",)),
            (
                r"Certificate verification failed: The certificate is NOT trusted\b",
                ("verification", "certificate", "trusted"),
            ),
        )
    ),
)


def check(reach: Reach) -> Symptom | None:
    """A certificate is refused for its signer, not for its dates."""
    refused = [one for one in reach.places or () if one.signer_refused]
    if not refused:
        return None
    named = ", ".join(f"{one.place} ({one.host})" for one in refused)
    way = " behind the proxy that is set" if any(one.proxy for one in refused) else ""
    proof = tuple(Evidence("call:network.reach", f"{o.host}: {o.reason}") for o in refused)
    what = f"Nobody that this computer trusts signed the certificate of {named}{way}."
    return Symptom(what, proof, 0.9, "warn")
