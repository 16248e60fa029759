"""The places that engines and models come from: asked over real sockets, told in words, never unasked."""

import json
import socket
import ssl
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import trustme

from localai_setup.checks.setup import setup_sources_unreachable
from localai_setup.commands._options import Options
from localai_setup.machine.asking import reach
from localai_setup.machine.fetching import clients
from localai_setup.model.reading import Missing, Readings, Text
from localai_setup.probes.reach import ANSWERS, parse

from .wine import unlike_wine

NO_CHAIN = unlike_wine("refuses every chain of certificates that is to end with roots of one's own")


class Quiet(BaseHTTPRequestHandler):
    def do_HEAD(self):
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_):
        pass


def serve(context=None, handler=Quiet):
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    if context:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


@pytest.fixture
def places(monkeypatch):
    """Set the three places; those not named are one that answers."""
    server = serve()
    good = f"http://127.0.0.1:{server.server_address[1]}"
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)

    def put(index=good, hub=good, releases=good):
        monkeypatch.setenv("PIP_INDEX_URL", index)
        monkeypatch.setenv("HF_ENDPOINT", hub)
        monkeypatch.setenv("LOCALAI_RELEASES", releases)
        return {one["place"]: one for one in reach.answers()}

    yield put
    server.shutdown()


def free_port():
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


def test_all_answer(places):
    assert {one["code"] for one in places().values()} == {200}


@pytest.mark.parametrize(("below", "asked"), [("", "/"), ("/simple", "/simple")])
def test_the_very_address_is_asked(places, below, asked):
    """A mirror may answer nowhere but there."""
    paths = []

    class Noting(Quiet):
        def do_HEAD(self):
            paths.append(self.path)
            super().do_HEAD()

    server = serve(handler=Noting)
    places(hub=f"http://127.0.0.1:{server.server_address[1]}{below}")
    server.shutdown()
    assert paths == [asked]


def test_nobody_listens(places):
    assert places(hub=f"http://127.0.0.1:{free_port()}")["hub"]["kind"] == "refused"


def test_a_name_that_nobody_knows(places):
    assert places(hub="http://no-such-host.invalid")["hub"]["kind"] == "name"


@NO_CHAIN
def test_a_certificate_of_somebody_unknown(places):
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    server = serve(context)
    found = places(hub=f"https://127.0.0.1:{server.server_address[1]}")["hub"]
    server.shutdown()
    assert found["kind"] == "certificate"


@pytest.fixture
def name_certificates(monkeypatch):
    """Name a file of certificates by one variable; no other does."""

    def put(variable, file):
        for name in clients.CERTIFICATE_VARIABLES:
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv(variable, str(file))

    return put


@NO_CHAIN
@pytest.mark.parametrize("variable", clients.CERTIFICATE_VARIABLES)
def test_what_a_download_trusts_is_trusted_here(places, name_certificates, tmp_path, variable):
    """A company's authority that only a variable names: `doctor` and downloads agree about it."""
    company, context = trustme.CA(), ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    company.issue_cert("127.0.0.1").configure_cert(context)
    company.cert_pem.write_to_path(str(tmp_path / "company.pem"))
    name_certificates(variable, tmp_path / "company.pem")
    server = serve(context)
    address = f"https://127.0.0.1:{server.server_address[1]}"
    found = places(hub=address)["hub"]
    with clients.client(5.0) as client:
        fetched = client.head(address).status_code
    server.shutdown()
    assert (found["code"], fetched) == (200, 200)
    assert "trustme" in found["issuer"]


def test_a_certificate_file_that_is_missing_is_named(places, name_certificates):
    name_certificates("REQUESTS_CA_BUNDLE", "/nowhere/company.pem")
    found = places(hub="https://127.0.0.1:9")
    assert found["hub"]["kind"] == "certificate"
    assert "/nowhere/company.pem" in found["hub"]["reason"]
    assert found["releases"]["code"] == 200


def test_a_server_that_never_says_a_word(places, monkeypatch):
    monkeypatch.setattr(reach, "TIMEOUT_SECONDS", 0.3)
    with socket.socket() as mute:
        mute.bind(("127.0.0.1", 0))
        mute.listen()
        found = places(releases=f"http://127.0.0.1:{mute.getsockname()[1]}")["releases"]
    assert found["kind"] == "timed-out"


def test_passwords_in_an_address_are_not_told(places):
    found = places(index="http://me:secret@127.0.0.1:9/simple")["package index"]
    assert "secret" not in json.dumps(found)


@pytest.mark.parametrize("address", ["::::", "http://[", "http://[::1"])
def test_an_address_that_is_none_ends_in_words_and_hides_no_other(places, address):
    found = places(hub=address)
    assert found["hub"]["reason"]
    assert found["releases"]["code"] == 200


class Guarded(Quiet):
    """A proxy that lets nobody through without a login."""

    protocol_version = "HTTP/1.1"

    def do_CONNECT(self):
        allowed = self.headers.get("Proxy-Authorization") == "Basic bWU6cCB3"
        self.send_response(200 if allowed else 407)
        self.end_headers()
        # what comes next on this connection is meant for the place behind the proxy
        self.close_connection = not allowed


def test_a_proxy_with_a_login_is_told_it(places, monkeypatch):
    proxy = serve(handler=Guarded)
    address = f"127.0.0.1:{proxy.server_address[1]}"
    monkeypatch.setenv("http_proxy", f"http://me:p%20w@{address}")
    found = places(hub="http://far.invalid")["hub"]
    assert found.get("code") == 200, json.dumps(found)
    monkeypatch.setenv("http_proxy", f"http://{address}")
    assert "407" in places(hub="http://far.invalid")["hub"]["reason"]
    proxy.shutdown()


def test_pips_own_setting_is_read(tmp_path, monkeypatch):
    file = tmp_path / "pip.conf"
    file.write_text("[global]\nindex-url = http://mirror.example/simple\n")
    monkeypatch.delenv("PIP_INDEX_URL", raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", str(file))
    assert reach.index() == "http://mirror.example/simple"


def test_pips_own_setting_is_read_on_windows_the_later_file_wins(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "platform", "win32")
    for name in ("PIP_INDEX_URL", "PIP_CONFIG_FILE"):
        monkeypatch.delenv(name, raising=False)
    for name in ("PROGRAMDATA", "APPDATA"):
        (tmp_path / name / "pip").mkdir(parents=True)
        settings = f"[global]\nindex-url = http://{name.lower()}.example/simple\n"
        (tmp_path / name / "pip" / "pip.ini").write_text(settings)
        monkeypatch.setenv(name, str(tmp_path / name))
    assert reach.index() == "http://appdata.example/simple"
    (tmp_path / "APPDATA" / "pip" / "pip.ini").unlink()
    assert reach.index() == "http://programdata.example/simple"


@pytest.mark.parametrize("options", [Options(), Options(offline=True)])
def test_nothing_beyond_loopback_is_asked_unbidden(options, monkeypatch):
    monkeypatch.setattr(reach, "answers", lambda: pytest.fail("the network was asked"))
    asked = options.respondent(network=options.offline).ask(ANSWERS)
    assert isinstance(asked[ANSWERS.key], Missing)


def test_the_doctor_names_what_is_silent():
    answers = [
        {"place": "hub", "address": "https://h", "kind": "name", "reason": "unknown"},
        {"place": "releases", "address": "https://r", "code": 200},
    ]
    fact = parse(Readings({ANSWERS.key: Text(json.dumps(answers))}))
    found = setup_sources_unreachable.check(fact)
    assert "hub (https://h): its name cannot be looked up" in found.what
    assert "releases" not in found.what


@pytest.mark.parametrize("text", ["[", "7", '[{"place": 1}]', '[["x"]]', '{"a": 1}'])
def test_an_answer_that_cannot_be_read_is_unknown(text):
    fact = parse(Readings({ANSWERS.key: Text(text)}))
    assert fact.places is None
    assert fact.unknown
