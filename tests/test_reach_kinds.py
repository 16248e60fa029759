"""How a place that cannot be reached is told from another: by what the system and the server say."""

import socket
import ssl
from urllib.parse import urlsplit

import pytest

from localai_setup.machine.asking import reach
from localai_setup.model.errors import LocalaiError

pytestmark = pytest.mark.quick

KINDS = [
    (socket.gaierror(-2, "Name or service not known"), "name"),
    (ssl.SSLError(1, "handshake"), "certificate"),
    (ssl.SSLCertVerificationError(1, "self-signed certificate"), "certificate"),
    (LocalaiError("No such certificates."), "certificate"),
    (TimeoutError(), "timed-out"),
    (ConnectionRefusedError(111, "refused"), "refused"),
    (ConnectionResetError(104, "reset"), "failed"),
    (OSError(101, "unreachable"), "failed"),
]


@pytest.mark.parametrize(("error", "kind"), KINDS)
def test_the_kind_of_an_error(error, kind):
    assert reach._kind(error) == kind


@pytest.mark.parametrize(
    ("address", "header"),
    [
        ("http://proxy:3128", None),
        ("http://user:pa%20ss@proxy:3128", "Basic dXNlcjpwYSBzcw=="),
        ("http://user@proxy:3128", "Basic dXNlcjo="),
    ],
)
def test_a_proxy_is_given_the_login_of_its_address(address, header):
    expected = {} if header is None else {"Proxy-Authorization": header}
    assert reach._login(urlsplit(address)) == expected


@pytest.mark.parametrize(
    ("date", "ahead"),
    [
        ("Mon, 01 Jan 2001 00:00:00 GMT", 100),
        ("Mon, 01 Jan 2001 00:02:00 GMT", -20),
        ("yesterday", None),
        ("", None),
        (None, None),
    ],
)
def test_how_far_the_clock_is_ahead(monkeypatch, date, ahead):
    monkeypatch.setattr(reach.time, "time", lambda: 978307200.0 + 100)
    assert reach._ahead(date) == ahead
