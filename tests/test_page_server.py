"""The page's server: the key stays out of the browser, and nothing is answered without the link."""

import http.client
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from localai_setup.commands import open_page
from localai_setup.machine.running import browsing, page_server
from localai_setup.machine.running.page_server import Pages, PageServer, Upstream

from .server_fixtures import quiet_port

KEY = "sk-local-the-key"


class Model(BaseHTTPRequestHandler):
    """Answers as a model's server with a page: tells which key came."""

    def log_message(self, *_words):
        pass

    def do_GET(self):
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        seen = {"key": self.headers.get("Authorization"), "path": self.path}
        self.send_response(200)
        self.send_header("Content-Type", "text/html" if self.path == "/" else "application/json")
        self.send_header("Access-Control-Allow-Origin", "*")
        self.end_headers()
        self.wfile.write(json.dumps(seen).encode())

    do_POST = do_GET


@pytest.fixture
def model():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Model)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()


@pytest.fixture
def served(model):
    """Serves our page, or leads to the engine's."""
    made = []

    def serve(is_own, port=model):
        text = open_page._file("chat.html" if is_own else "start.html")
        made.append(PageServer(Upstream(port, KEY), Pages(text, is_own), quiet_port()))
        threading.Thread(target=made[-1].serve, daemon=True).start()
        return made[-1]

    yield serve
    for one in made:
        one.server.shutdown()
        one.close()


def ask(page, path, token=None, host=None, method="GET"):
    connection = http.client.HTTPConnection("127.0.0.1", page.port, timeout=20)
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    connection.request(method, path, "{}" if method == "POST" else None,
                       {**headers, **({"Host": host} if host else {})})  # fmt: skip
    reply = connection.getresponse()
    return reply, reply.read().decode()


@pytest.mark.parametrize("is_own", [True, False], ids=["our page", "the engine's"])
def test_the_key_goes_to_the_server_for_who_has_the_token_and_never_to_the_browser(served, is_own):
    page = served(is_own)
    reply, body = ask(page, "/v1/chat/completions", page.token, method="POST")
    assert json.loads(body) == {"key": f"Bearer {KEY}", "path": "/v1/chat/completions"}
    assert reply.getheader("Access-Control-Allow-Origin") is None
    first, text = ask(page, "/" if is_own else "/start")
    assert first.status == 200
    assert "'sha256-" in first.getheader("Content-Security-Policy")
    assert first.getheader("X-Frame-Options") == "DENY"
    assert KEY not in text and page.token not in text and KEY not in page.link


@pytest.mark.parametrize("token", [None, "wrong"])
def test_who_lacks_the_link_gets_no_key(served, token):
    assert ask(served(True), "/v1/chat/completions", token, method="POST")[0].status == 401
    _, body = ask(served(False), "/props", token)
    assert json.loads(body)["key"] is None


def test_our_page_asks_for_answers_alone(served):
    page = served(True)
    assert ask(page, "/slots", page.token)[0].status == 401


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "127.0.0.1"])
def test_a_name_that_leads_here_from_elsewhere_is_refused(served, host):
    page = served(True)
    assert ask(page, "/", host=host)[0].status == 403
    assert ask(page, "/", host=f"localhost:{page.port}")[0].status == 200


def test_a_server_that_is_gone_is_told_in_words(served):
    page = served(False, port=quiet_port())
    reply, body = ask(page, "/v1/models", page.token)
    assert reply.status == 502
    assert "localai up" in json.loads(body)["error"]["message"]


def test_whether_the_engine_has_a_page_is_asked(model):
    assert page_server.has_page(model)
    assert not page_server.has_page(quiet_port())


def test_the_browser_is_given_a_private_file_and_no_link(tmp_path, monkeypatch):
    monkeypatch.setattr(browsing, "path", lambda: tmp_path / "open.html")
    given = []
    monkeypatch.setattr(browsing.webbrowser, "open", lambda url: given.append(url) or True)
    assert browsing.open_link("http://127.0.0.1:1/#secret")
    assert given == [(tmp_path / "open.html").as_uri()]
    assert "http://127.0.0.1:1/#secret" in (tmp_path / "open.html").read_text()
    browsing.forget()
    assert not (tmp_path / "open.html").exists()
