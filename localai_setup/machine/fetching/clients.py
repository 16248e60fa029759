"""HTTP clients for places beyond this computer: the system's certificates, the user's proxy."""

from __future__ import annotations

import os
import ssl
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from ...model.errors import LocalaiError

if TYPE_CHECKING:
    import httpx

    from .dialing import Dialer

CONNECT_TIMEOUT_SECONDS = 15.0
#: Variables by which people name a certificate file, as curl, requests and OpenSSL read them.
CERTIFICATE_VARIABLES = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
#: Bytes are wanted as they are on the server: they are counted and hashed.
HEADERS = {"Accept-Encoding": "identity", "User-Agent": "localai-setup"}


def client(read_timeout_seconds: float) -> httpx.Client:
    """A client that follows redirects and honours the proxy variables.

    Raises:
        LocalaiError: a proxy variable holds no address, or a certificate file cannot be used.

    """
    import httpx

    timeout = httpx.Timeout(read_timeout_seconds, connect=CONNECT_TIMEOUT_SECONDS)
    trust = certificates()
    try:
        made = httpx.Client(
            follow_redirects=True, timeout=timeout, verify=trust, headers=HEADERS, max_redirects=10
        )
    except (ValueError, httpx.InvalidURL, ImportError) as error:
        raise LocalaiError(
            f"The proxy settings cannot be used: {str(error) or type(error).__name__}.",
            "Every request beyond this computer goes through the proxy that they name.",
            "Check the variables HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY.",
        ) from None
    # httpx has no setting for how it connects; `tests/test_dialing.py` tells where this does not hold
    for transport in (made._transport, *made._mounts.values()):  # noqa: SLF001
        if isinstance(transport, httpx.HTTPTransport):
            transport._pool._network_backend = _dialer()  # noqa: SLF001
    return made


@cache
def _dialer() -> Dialer:
    """One for all clients: which address of a name answers is found out once."""
    from .dialing import Dialer

    return Dialer()


def certificates() -> ssl.SSLContext:
    """What the system trusts (a company's own authority included), what certifi lists, and the file
    that a variable names.

    Raises:
        LocalaiError: the file of a variable is missing or holds no certificates.

    """
    return _trusting(named_certificates())


@cache
def _trusting(file: str | None) -> ssl.SSLContext:
    """Reading all authorities takes a tenth of a second: once for all clients."""
    import certifi
    import truststore

    context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(certifi.where())
    if file:
        try:
            context.load_verify_locations(file)
        except (OSError, ssl.SSLError) as error:
            raise LocalaiError(
                f"The certificates in {file} cannot be used: {error}.",
                "A variable (SSL_CERT_FILE, REQUESTS_CA_BUNDLE or CURL_CA_BUNDLE) names this file.",
                "Correct the variable, or unset it to trust what the system trusts.",
            ) from None
    return context


def named_certificates() -> str | None:
    """The certificate file that the environment names; a folder of certificates is OpenSSL's to read."""
    named = (os.environ.get(name, "") for name in CERTIFICATE_VARIABLES)
    return next((one for one in named if one and not Path(one).is_dir()), None)
