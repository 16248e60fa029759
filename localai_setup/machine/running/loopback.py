"""One request to a server on this computer, and its answer; never through a proxy.

Whatever listens there, no answer takes more memory or time than it is given here.
"""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any

from ...model import quoted
from ...model.server import HOST
from ...model.sizes import size_words
from .timed import Deadline, TimedConnection

#: Longer answers are none of a model server: the settings with the largest template have 200 kB,
#: the vectors of a long text some 100 kB.
MAX_REPLY_BYTES = 16 * 1024 * 1024
#: One event of a stream holds a token; the last one repeats the whole settings in some versions.
MAX_EVENT_BYTES = 1024 * 1024
PIECE_BYTES = 64 * 1024


class RefusedError(http.client.HTTPException):
    """The server answered with an error: its status and its own words."""

    def __init__(self, status: int, body: bytes) -> None:
        self.status, self.words = status, _error_words(body)
        super().__init__(f"it answered {status}: {self.words}")


class GarbledError(http.client.HTTPException):
    """What came is not what a server of this kind says."""


def exchange(
    port: int,
    path: str,
    timeout_seconds: float,
    *,
    api_key: str | None = None,
    body: Mapping[str, Any] | None = None,
) -> tuple[int, bytes]:
    """Status and body of the answer to a GET, or to a POST of `body`, within the time in all.

    Raises:
        OSError, http.client.HTTPException: nobody answers, or too late, or without end.

    """
    with _asked(port, path, Deadline(timeout_seconds), api_key, body) as reply:
        return reply.status, _bounded(reply)


def response(
    port: int,
    path: str,
    timeout_seconds: float,
    *,
    api_key: str | None = None,
    body: Mapping[str, Any] | None = None,
) -> tuple[int, bytes] | None:
    """As `exchange`; None where nobody answers."""
    try:
        return exchange(port, path, timeout_seconds, api_key=api_key, body=body)
    except (OSError, http.client.HTTPException):
        return None


def document(
    port: int,
    path: str,
    timeout_seconds: float,
    *,
    api_key: str | None = None,
    body: Mapping[str, Any] | None = None,
) -> Any:
    """As `required_document`; None where nobody answers, or something else."""
    try:
        return required_document(port, path, timeout_seconds, api_key=api_key, body=body)
    except (OSError, http.client.HTTPException):
        return None


def required_document(
    port: int,
    path: str,
    timeout_seconds: float,
    *,
    api_key: str | None = None,
    body: Mapping[str, Any] | None = None,
) -> Any:
    """The JSON of a good answer.

    Raises:
        RefusedError: the server answered with an error.
        GarbledError: it answers something else than JSON, or without end.
        OSError, http.client.HTTPException: nobody answers, or too late.

    """
    status, raw = exchange(port, path, timeout_seconds, api_key=api_key, body=body)
    if status != HTTPStatus.OK:
        raise RefusedError(status, raw)
    try:
        return json.loads(raw)
    except (ValueError, RecursionError):
        raise GarbledError(f"no JSON ({quoted.raw(raw)})") from None


def events(
    port: int, path: str, timeout_seconds: float, *, api_key: str | None, body: Mapping[str, Any]
) -> Iterator[dict[str, Any]]:
    """The server-sent events of an answer that comes piece by piece; the time is for each of them.

    Raises:
        RefusedError: the server answered with an error, before or in the middle.
        GarbledError: it sends something else than events.
        OSError, http.client.HTTPException: nobody answers, or too late.

    """
    deadline = Deadline(timeout_seconds)
    with _asked(port, path, deadline, api_key, body) as reply:
        if reply.status != HTTPStatus.OK:
            raise RefusedError(reply.status, reply.read(MAX_EVENT_BYTES))
        deadline.renew()
        while line := reply.readline(MAX_EVENT_BYTES + 1):
            if len(line) > MAX_EVENT_BYTES:
                raise GarbledError("an event that does not end")
            if line.startswith(b"data:") and line[5:].strip() != b"[DONE]":
                yield _event(line[5:])
                deadline.renew()


def _event(raw: bytes) -> dict[str, Any]:
    try:
        event = json.loads(raw)
    except (ValueError, RecursionError):
        raise GarbledError(f"an event that is no JSON ({quoted.raw(raw)})") from None
    if not isinstance(event, dict):
        raise GarbledError(f"an event that is no object ({quoted.raw(raw)})")
    if "error" in event:
        raise RefusedError(HTTPStatus.OK, raw)
    return event


@contextmanager
def _asked(
    port: int,
    path: str,
    deadline: Deadline,
    api_key: str | None,
    body: Mapping[str, Any] | None,
) -> Iterator[http.client.HTTPResponse]:
    connection = TimedConnection(HOST, port, deadline)
    sent = None if body is None else json.dumps(body)
    try:
        connection.request("GET" if body is None else "POST", path, sent, headers(api_key))
        yield connection.getresponse()
    finally:
        connection.close()


def _bounded(reply: http.client.HTTPResponse) -> bytes:
    body = bytearray()
    while piece := reply.read1(PIECE_BYTES):
        body += piece
        if len(body) > MAX_REPLY_BYTES:
            raise GarbledError(f"more than {size_words(MAX_REPLY_BYTES)}")
    return bytes(body)


def _error_words(body: bytes) -> str:
    """The message of an error, in whatever shape it came."""
    try:
        error = json.loads(body)["error"]
        words = error["message"] if isinstance(error, dict) else error
    except (ValueError, KeyError, TypeError, RecursionError):
        words = body.decode("utf-8", "replace")
    return str(words)[:300]


def headers(api_key: str | None) -> dict[str, str]:
    """What goes with every request: JSON is spoken, and the key where the server asks for one."""
    key = {"Authorization": f"Bearer {api_key}"} if api_key else {}
    return {"Content-Type": "application/json", **key}
