"""What Ollama 0.33.0-rc2 answered, from `exchanges.yaml`: facts, shortened, one exchange an entry."""

import json
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import yaml

FILE = Path(__file__).with_name("exchanges.yaml")


@dataclass(frozen=True)
class Exchange:
    """`to` is method and path. `told` is what the driver makes of the answer, `trouble` the kind of
    error; one of the two. `note` says what it shows.
    """

    name: str
    to: str
    status: int
    body: Any = None
    lines: tuple[Any, ...] = ()
    told: Any = None
    trouble: str = ""
    note: str = ""

    @property
    def method(self):
        return self.to.split()[0]

    @property
    def path(self):
        return self.to.split()[1]

    @property
    def content(self):
        if self.lines:
            written = (one if isinstance(one, str) else json.dumps(one) for one in self.lines)
            return "".join(f"{one}\n" for one in written).encode()
        if self.body is None:
            return b""
        return (self.body if isinstance(self.body, str) else json.dumps(self.body)).encode()


def read():
    document = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    entries = document["exchanges"].items()
    return [Exchange(name, **{**e, "lines": tuple(e.get("lines", ()))}) for name, e in entries]


def left_out():
    return yaml.safe_load(FILE.read_text(encoding="utf-8"))["left_out"]


class Replay:
    """A server on loopback that gives one answer to everything, and keeps what it was asked."""

    def __init__(self, exchange):
        self.exchange, self.requests = exchange, []
        replay = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self):
                size = int(self.headers.get("Content-Length") or 0)
                replay.requests.append((self.command, self.path, self.rfile.read(size)))
                content = replay.exchange.content
                self.send_response(replay.exchange.status)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(content)

            do_GET = do_POST = do_HEAD = do_DELETE = answer

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True

    def __enter__(self):
        Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    @property
    def port(self):
        return self.server.server_address[1]
