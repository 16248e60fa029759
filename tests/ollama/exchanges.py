"""What Ollama 0.33.0-rc2 answered, from `exchanges.yaml`: facts, shortened, one exchange an entry."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from .loopback import Loopback, QuietHandler

FILE = Path(__file__).with_name("exchanges.yaml")


@dataclass(frozen=True)
class Exchange:
    """`to` is method and path. `reported` is what the driver makes of the answer, `trouble` the kind of
    error; one of the two. `note` says what it shows.
    """

    name: str
    to: str
    status: int
    body: Any = None
    lines: tuple[Any, ...] = ()
    reported: Any = None
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


@cache
def document():
    return yaml.load(FILE.read_text(encoding="utf-8"), yaml.CSafeLoader)


def read():
    entries = document()["exchanges"].items()
    return [Exchange(name, **{**e, "lines": tuple(e.get("lines", ()))}) for name, e in entries]


def left_out():
    return document()["left_out"]


class Replay(Loopback):
    """A server on loopback that gives one answer to everything, and keeps what it was asked."""

    def __init__(self, exchange):
        self.exchange, self.requests = exchange, []
        replay = self

        class Handler(QuietHandler):
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

        super().__init__(Handler)
