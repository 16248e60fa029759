"""One request to an Ollama on this computer, and its answer; never through a proxy.

A 200 is not success here: pull and create send their errors inside it, and a stream that ends without
its last word has failed. `Api.stream` is the one reader of such answers. No answer takes more memory or
time than it is given.
"""

from __future__ import annotations

import http.client
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any

from ...model import quoted
from ...model.server import HOST
from ...model.sizes import size_words
from ..keeping import plain_files
from ..running.timed import Deadline, TimedConnection
from .troubles import OllamaError, kind_of

#: The settings of the largest model have 200 kB with its vocabulary left out.
MOST_ANSWER_BYTES = 16 * 1024 * 1024
MOST_LINE_BYTES = 1024 * 1024
PIECE_BYTES = 256 * 1024
#: Listing and showing take milliseconds; on a busy computer seconds.
QUICK_SECONDS = 30.0
#: Silence after which a stream is given up. Ollama itself gives a silent part up after 30 s and loads a
#: model within 5 minutes (OLLAMA_LOAD_TIMEOUT).
STALL_SECONDS = 330.0

Line = dict[str, Any]


@dataclass(frozen=True)
class Api:
    """The server at one address. Its `host` is a name of this computer."""

    port: int
    host: str = HOST

    def get(self, path: str, seconds: float = QUICK_SECONDS) -> Line:
        return self.exchange("GET", path, None, seconds)

    def post(self, path: str, body: Mapping[str, Any], seconds: float = QUICK_SECONDS) -> Line:
        return self.exchange("POST", path, body, seconds)

    def exchange(
        self, method: str, path: str, body: Mapping[str, Any] | None, seconds: float
    ) -> Line:
        """The object that it answers; empty where the answer is.

        Raises:
            OllamaError: it refuses, says nonsense, or does not answer within the time.

        """
        with self._asked(method, path, body, Deadline(seconds)) as reply:
            raw = _bounded(reply)
            _raise_for(reply.status, raw)
        return _object(raw) if raw.strip() else {}

    def has(self, path: str) -> bool:
        """What a HEAD says: there or not.

        Raises:
            OllamaError: as `exchange`.

        """
        with self._asked("HEAD", path, None, Deadline(QUICK_SECONDS)) as reply:
            if reply.status not in (HTTPStatus.OK, HTTPStatus.NOT_FOUND):
                _raise_for(reply.status, b"")
            return reply.status == HTTPStatus.OK

    def stream(
        self,
        path: str,
        body: Mapping[str, Any],
        ends: Callable[[Line], bool],
        stall_seconds: float = STALL_SECONDS,
    ) -> Iterator[Line]:
        """The lines of an answer as they come, the last one included.

        Raises:
            OllamaError: an error instead of the stream or inside it, silence, or an end without a line
                that `ends` it.

        """
        ended, deadline = False, Deadline(stall_seconds)
        with self._asked("POST", path, body, deadline) as reply:
            if reply.status != HTTPStatus.OK:
                _raise_for(reply.status, reply.read(MOST_LINE_BYTES))
            deadline.renew()
            while raw := reply.readline(MOST_LINE_BYTES + 1):
                line = _line(raw)
                ended = ended or ends(line)
                yield line
                deadline.renew()
        if not ended:
            raise OllamaError("cut-off", "the answer ended in the middle")

    def upload(self, path: str, file: Path, sent: Callable[[int], None]) -> None:
        """POST a file's bytes. A refusal may come before all of them went out.

        Raises:
            OllamaError: it refuses them, or the connection broke off.
            OSError: the file cannot be read.

        """
        connection = http.client.HTTPConnection(self.host, self.port, timeout=STALL_SECONDS)
        with _translated(), plain_files.opened(file) as source:
            try:
                connection.putrequest("POST", path)
                connection.putheader("Content-Length", str(file.stat().st_size))
                connection.endheaders()
                # an answer before the end closes the other side: it is read all the same
                with suppress(BrokenPipeError, ConnectionResetError):
                    _send(connection, source.read, sent)
                reply = connection.getresponse()
                _raise_for(reply.status, reply.read(MOST_LINE_BYTES))
            finally:
                connection.close()

    @contextmanager
    def _asked(
        self, method: str, path: str, body: Mapping[str, Any] | None, deadline: Deadline
    ) -> Iterator[http.client.HTTPResponse]:
        connection = TimedConnection(self.host, self.port, deadline)
        sent = None if body is None else json.dumps(body)
        headers = {} if body is None else {"Content-Type": "application/json"}
        try:
            with _translated():
                connection.request(method, path, sent, headers)
                yield connection.getresponse()
        finally:
            connection.close()


@contextmanager
def _translated() -> Iterator[None]:
    """What went wrong below HTTP, as an OllamaError."""
    try:
        yield
    except TimeoutError:
        raise OllamaError("stalled", "it does not answer in time") from None
    except http.client.IncompleteRead:
        raise OllamaError("cut-off", "the answer broke off") from None
    except (http.client.BadStatusLine, ConnectionResetError, BrokenPipeError):
        raise OllamaError("cut-off", "it hung up without an answer") from None
    except http.client.HTTPException as error:
        raise OllamaError("not-ollama", f"no HTTP server answers there ({error!r})") from None
    except ConnectionError:
        raise OllamaError("no-answer", "nobody listens at its address") from None


def _send(
    connection: http.client.HTTPConnection,
    read: Callable[[int], bytes],
    sent: Callable[[int], None],
) -> None:
    done = 0
    while piece := read(PIECE_BYTES):
        connection.send(piece)
        done += len(piece)
        sent(done)


def _bounded(reply: http.client.HTTPResponse) -> bytes:
    body = bytearray()
    while piece := reply.read1(PIECE_BYTES):
        body += piece
        if len(body) > MOST_ANSWER_BYTES:
            raise OllamaError(
                "too-long", f"its answer has more than {size_words(MOST_ANSWER_BYTES)}"
            )
    if reply.length:
        raise OllamaError("cut-off", "the answer broke off")
    return bytes(body)


def _line(raw: bytes) -> Line:
    if len(raw) > MOST_LINE_BYTES:
        raise OllamaError("too-long", "it sends a line without end")
    line = _object(raw)
    if "error" in line:
        words = error_words(raw)
        raise OllamaError(kind_of(words, HTTPStatus.OK), words, HTTPStatus.OK)
    return line


def _object(raw: bytes) -> Line:
    try:
        found = json.loads(raw)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise OllamaError(
            "not-ollama", f"it answers something else than an object ({quoted.raw(raw)})"
        )
    return found


def _raise_for(status: int, raw: bytes) -> None:
    if status not in (HTTPStatus.OK, HTTPStatus.CREATED):
        words = error_words(raw)
        raise OllamaError(kind_of(words, status), words, status)


def error_words(raw: bytes) -> str:
    """The message of an error: a text, an object, a text that holds JSON, or no JSON at all."""
    words = raw.decode("utf-8", "replace").strip()
    for _ in range(4):
        try:
            found = json.loads(words)
        except (ValueError, RecursionError):
            break
        inner = found.get("error", found.get("message")) if isinstance(found, dict) else None
        if inner is None:
            break
        words = inner if isinstance(inner, str) else json.dumps(inner)
    return words[:500].strip()
