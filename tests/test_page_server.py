"""The page's server: the key stays out of the browser, and nothing is answered without the link."""

import http.client
import json
import os
import re
import shutil
import socket
import struct
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from localai_setup.commands import open_page
from localai_setup.machine.running import browsing, page_server, peers
from localai_setup.machine.running.page_server import Pages, PageServer, Upstream

from .server_fixtures import quiet_port

KEY = "sk-local-the-key"
#: so that servers end soon
POLL_SECONDS = 0.02


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
    threading.Thread(target=server.serve_forever, args=(POLL_SECONDS,), daemon=True).start()
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
        server = made[-1].server
        threading.Thread(target=server.serve_forever, args=(POLL_SECONDS,), daemon=True).start()
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


@pytest.fixture
def browser(tmp_path, monkeypatch):
    """The addresses that it was given."""
    given = []
    monkeypatch.setattr(browsing, "path", lambda: tmp_path / "open.html")
    monkeypatch.setattr(browsing.webbrowser, "open", lambda url: given.append(url) or True)
    return given


LINKS = ("http://127.0.0.1:1/#secret", "http://127.0.0.1:1/open-once")


def test_a_browser_that_reads_no_hidden_folders_is_given_a_path_without_the_token(
    browser, tmp_path, monkeypatch
):
    monkeypatch.setattr(browsing.sys, "platform", "linux")
    assert browsing.open_link(*LINKS)
    assert browser == [LINKS[1]]
    assert list(tmp_path.iterdir()) == []


def test_elsewhere_the_browser_is_given_a_private_file_and_no_link(browser, tmp_path, monkeypatch):
    monkeypatch.setattr(browsing.sys, "platform", "darwin")
    assert browsing.open_link(*LINKS)
    assert browser == [(tmp_path / "open.html").as_uri()]
    assert LINKS[0] in (tmp_path / "open.html").read_text()
    browsing.forget()
    assert not (tmp_path / "open.html").exists()


@pytest.mark.parametrize("is_own", [True, False], ids=["our page", "the engine's"])
def test_the_path_leads_to_the_link_a_single_time(served, is_own):
    page = served(is_own)
    assert page.token not in page.link_once
    first, _ = ask(page, page.once)
    assert (first.status, first.getheader("Location")) == (303, page.link)
    again, _ = ask(page, page.once)
    assert (again.status, again.getheader("Location")) == (410, None)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows does not say whose a connection is")
def test_another_account_that_saw_the_path_is_not_led(served, monkeypatch):
    page = served(True)
    monkeypatch.setattr(page_server.peers, "_users", lambda *_: iter([12345]))
    assert ask(page, page.once)[0].status == 410
    monkeypatch.undo()
    assert ask(page, page.once)[0].status == 303


@pytest.mark.skipif(sys.platform != "linux", reason="/proc")
def test_the_account_behind_a_connection_is_known():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)) as asking:
            assert set(peers._users(asking.getsockname()[1], port)) == {os.getuid()}


@pytest.mark.parametrize("path", [b"/\xe9", b"/a\x01b"], ids=["no ASCII", "a control character"])
def test_what_cannot_be_passed_on_is_refused_and_nothing_is_printed(served, capfd, path):
    page = served(False)
    with socket.create_connection(("127.0.0.1", page.port), timeout=20) as asking:
        host = f"Host: 127.0.0.1:{page.port}".encode()
        asking.sendall(b"GET " + path + b" HTTP/1.0\r\n" + host + b"\r\n\r\n")
        reply = b"".join(iter(lambda: asking.recv(4096), b""))
    assert reply.startswith(b"HTTP/1.0 400")
    assert capfd.readouterr().err == ""


@pytest.fixture
def dying():
    """A server whose answer breaks off after its headers."""

    class Dying(Model):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.send_header("Content-Length", "1000")
            self.end_headers()
            self.wfile.write(b"data: one")

    server = ThreadingHTTPServer(("127.0.0.1", 0), Dying)
    threading.Thread(target=server.serve_forever, args=(POLL_SECONDS,), daemon=True).start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()


def test_a_server_that_dies_within_its_answer_ends_it_and_writes_nothing_into_it(
    served, dying, capfd
):
    page = served(False, port=dying)
    with socket.create_connection(("127.0.0.1", page.port), timeout=20) as asking:
        asking.sendall(f"GET /x HTTP/1.0\r\nHost: 127.0.0.1:{page.port}\r\n\r\n".encode())
        reply = b"".join(iter(lambda: asking.recv(4096), b""))
    assert reply.count(b"HTTP/1.0") == 1
    assert reply.endswith(b"data: one")
    assert capfd.readouterr().err == ""


def test_a_browser_that_leaves_is_no_trouble(served, capfd):
    page = served(False)
    with socket.create_connection(("127.0.0.1", page.port), timeout=20) as asking:
        asking.sendall(
            f"POST /x HTTP/1.0\r\nHost: 127.0.0.1:{page.port}\r\nContent-Length: 9\r\n\r\n".encode()
        )
        asking.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    assert ask(page, "/start")[0].status == 200
    page.server.handle_error(None, None)
    assert capfd.readouterr().err == ""


def test_a_page_for_a_script_ends_with_its_input(model):
    page = PageServer(Upstream(model, KEY), Pages("", True), quiet_port())
    reading, writing = os.pipe()
    serving = threading.Thread(target=page.serve_while_open, args=(reading,), daemon=True)
    serving.start()
    assert ask(page, "/")[0].status == 200
    os.close(writing)
    serving.join(20)
    assert not serving.is_alive()
    page.close()
    os.close(reading)


@pytest.mark.skipif(shutil.which("node") is None, reason="no node is installed")
def test_an_answer_that_is_no_longer_waited_for_is_not_put_into_the_new_conversation(tmp_path):
    script = re.search(r"<script>(.*)</script>", open_page._file("chat.html"), re.DOTALL)[1]
    stage = Path(__file__).with_name("page_stage.js").read_text("utf-8")
    (tmp_path / "page.js").write_text(stage.replace("/* the page's script */", script), "utf-8")
    done = subprocess.run(
        ["node", "page.js"], cwd=tmp_path, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    first, second, third = json.loads(done.stdout)
    assert first == [["user", "one"]]
    assert second == [["user", "two"]]
    assert third == [["user", "two"], ["assistant", "answer 2"], ["user", "three"]]
