"""A web page to chat on, on loopback: the engine's own or ours, with the API key kept out of the browser.

The browser holds a token that is made anew for each run and sends it where the API key belongs; here it is
replaced by the key. So no page and no other program that learns the token can use it once this has ended,
and the key itself stands in no browser, history or list of processes.
"""

from __future__ import annotations

import base64
import contextlib
import hmac
import http.client
import json
import os
import re
import secrets
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from ...model.server import HOST
from . import peers, ports
from .loopback import PIECE_BYTES

#: Always the same where it is free: the engine's page keeps its conversations under its address.
FIRST_PORT = 43180
#: A long prompt is read for minutes before the first token comes.
ANSWER_SECONDS = 3600.0
#: A request with pictures in it.
MOST_BYTES = 64 * 1024 * 1024
PAGE_SECONDS = 5.0
#: What our own page asks for; nothing else is passed on for it.
OUR_PATHS = frozenset({"/v1/chat/completions"})
_PASSED_ON = ("Accept", "Accept-Encoding", "Content-Type", "If-None-Match")
_PASSED_BACK = (
    "Content-Type", "Content-Encoding", "Content-Length", "ETag", "Cache-Control",
    "Cross-Origin-Embedder-Policy", "Cross-Origin-Opener-Policy",
)  # fmt: skip
_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)


@dataclass(frozen=True)
class Pages:
    """`first` is our page, or the one that leads to the engine's; `is_own`: there is no engine's."""

    first: str
    is_own: bool


@dataclass(frozen=True)
class Upstream:
    """The server that answers: its port, and the key that it asks for."""

    port: int
    api_key: str | None


@dataclass
class PageServer:
    """Serves until it is closed. `token` is what the browser shows."""

    upstream: Upstream
    pages: Pages
    first_port: int = FIRST_PORT
    token: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    #: A path that leads to `link` one single time; it may be seen, as the list of processes shows it.
    once: str = field(default_factory=lambda: f"/open-{secrets.token_urlsafe(24)}")
    was_led: bool = False

    def __post_init__(self) -> None:
        port = ports.free_port(self.first_port)
        self.server = _Http((HOST, port), _Handler)
        self.server.page = self

    @property
    def port(self) -> int:
        return int(self.server.server_address[1])

    @property
    def link(self) -> str:
        """What follows `#` is sent to no server; the page takes it out of the address at once."""
        path = "" if self.pages.is_own else "start"
        return f"http://{HOST}:{self.port}/{path}#{self.token}"

    @property
    def link_once(self) -> str:
        return f"http://{HOST}:{self.port}{self.once}"

    def serve(self) -> None:
        """Until `close` is called from elsewhere, or Ctrl-C.

        Raises:
            KeyboardInterrupt: Ctrl-C was pressed.

        """
        self.server.serve_forever()

    def serve_while_open(self, descriptor: int) -> None:
        """Until this input ends, or as `serve`: for who started this by a pipe."""

        def wait() -> None:
            with contextlib.suppress(OSError, ValueError):
                while os.read(descriptor, PIECE_BYTES):
                    pass
            self.server.shutdown()

        threading.Thread(target=wait, daemon=True).start()
        self.serve()

    def close(self) -> None:
        self.server.server_close()


class _Http(ThreadingHTTPServer):
    """Its threads end with it."""

    daemon_threads = True
    page: PageServer

    def handle_error(self, *_request: object) -> None:
        """A browser that left, mostly: its connection is closed, and nothing is printed."""


def has_page(port: int) -> bool:
    """Whether the engine itself serves one; it comes compressed, or not at all."""
    connection = http.client.HTTPConnection(HOST, port, timeout=PAGE_SECONDS)
    try:
        connection.request("GET", "/", headers={"Accept-Encoding": "gzip"})
        reply = connection.getresponse()
        kind = reply.getheader("Content-Type") or ""
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return reply.status == HTTPStatus.OK and kind.startswith("text/html")


class _Handler(BaseHTTPRequestHandler):
    """One request. The answer ends with the connection, so that it can be passed on as it comes."""

    @property
    def page(self) -> PageServer:
        assert isinstance(self.server, _Http)
        return self.server.page

    def log_message(self, *_words: object) -> None:
        """Nothing is logged: what is asked is nobody's business."""

    def do_GET(self) -> None:
        self._answer()

    do_POST = do_HEAD = do_DELETE = do_GET  # noqa: N815

    def _answer(self) -> None:
        if self.headers.get("Host") not in (
            f"{HOST}:{self.page.port}",
            f"localhost:{self.page.port}",
        ):
            self._refuse(HTTPStatus.FORBIDDEN, "This address is not the page's.")
        elif self.command == "GET" and self.path == self.page.once:
            self._lead()
        elif self.command == "GET" and self.path == ("/" if self.page.pages.is_own else "/start"):
            self._page(self.page.pages.first)
        elif self.page.pages.is_own and not (self._is_known() and self.path in OUR_PATHS):
            self._refuse(HTTPStatus.UNAUTHORIZED, "Use the link that `localai open` shows.")
        else:
            self._pass_on()

    def _lead(self) -> None:
        """To the link, once, and only for the account that runs this."""
        if self.page.was_led or not peers.may_be_ours(self.client_address[1], self.page.port):
            self._refuse(HTTPStatus.GONE, "Use the link that `localai open` shows.")
            return
        self.page.was_led = True
        self.send_response(HTTPStatus.SEE_OTHER)
        self.send_header("Location", self.page.link)
        self.send_header("Cache-Control", "no-store")
        self._common()

    def _is_known(self) -> bool:
        sent = self.headers.get("Authorization") or ""
        return hmac.compare_digest(sent.encode(), f"Bearer {self.page.token}".encode())

    def _page(self, text: str) -> None:
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Security-Policy", _policy(text))
        self._common()
        self.wfile.write(text.encode())

    def _common(self) -> None:
        for name, value in _SAFE.items():
            self.send_header(name, value)
        self.end_headers()

    def _refuse(self, status: HTTPStatus, words: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self._common()
        with contextlib.suppress(OSError):
            self.wfile.write(json.dumps({"error": {"message": words}}).encode())

    def _pass_on(self) -> None:
        length = self.headers.get("Content-Length") or "0"
        if not length.isdecimal() or int(length) > MOST_BYTES:
            self._refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "That is too long.")
            return
        body = self.rfile.read(int(length))
        if len(body) < int(length):
            return  # who asked has left
        upstream = http.client.HTTPConnection(HOST, self.page.upstream.port, timeout=ANSWER_SECONDS)
        try:
            if reply := self._reply(upstream, body):
                self._pass_back(reply)
        finally:
            upstream.close()  # stops the answer

    def _reply(
        self, upstream: http.client.HTTPConnection, body: bytes
    ) -> http.client.HTTPResponse | None:
        """None where there is none; then that is told already."""
        try:
            upstream.request(self.command, self.path, body or None, self._sent())
            return upstream.getresponse()
        except (ValueError, http.client.InvalidURL):
            self._refuse(HTTPStatus.BAD_REQUEST, "This address or header cannot be passed on.")
        except (OSError, http.client.HTTPException):
            words = "The model's server does not answer. `localai up` starts it."
            self._refuse(HTTPStatus.BAD_GATEWAY, words)
        return None

    def _sent(self) -> Mapping[str, str]:
        found = {name: self.headers[name] for name in _PASSED_ON if self.headers.get(name)}
        if self._is_known() and self.page.upstream.api_key:
            found["Authorization"] = f"Bearer {self.page.upstream.api_key}"
        return found

    def _pass_back(self, reply: http.client.HTTPResponse) -> None:
        self.send_response(reply.status)
        for name in _PASSED_BACK:
            if value := reply.getheader(name):
                self.send_header(name, value)
        self._common()
        # the headers are sent: if either side ends now, closing the connection is all that can be said
        with contextlib.suppress(OSError, http.client.HTTPException):
            while piece := reply.read1(PIECE_BYTES):
                self.wfile.write(piece)
                self.wfile.flush()


#: No other page may show this one in a frame, and none that it links to learns where from.
_SAFE = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


def _policy(text: str) -> str:
    """Only its own script, known by its hash, and only its own server."""
    script = _SCRIPT.search(text)
    digest = base64.b64encode(sha256(script[1].encode()).digest()).decode() if script else ""
    return (
        f"default-src 'none'; script-src 'sha256-{digest}'; style-src 'unsafe-inline'; img-src data:; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
