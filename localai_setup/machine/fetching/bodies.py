"""The body of a response, read from its connection into one buffer.

httpx and h11 copy each piece of 64 KiB four times and look at it in Python, which for a fast line
costs more processor time than writing and hashing do together.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import httpx

#: read from the connection at a time, at most
PIECE_BYTES = 1024 * 1024


def pieces(
    reply: httpx.Response, timeout_seconds: float, most_bytes: int = PIECE_BYTES
) -> Iterator[memoryview]:
    """The body as it comes, each piece valid until the next one is asked for.

    Raises:
        httpx.HTTPError: the connection broke, or nothing came for `timeout_seconds`.

    """
    buffered = reply.iter_raw()
    # what came together with the headers is in the library's own buffer, and is its first piece
    first = next(buffered, b"")
    yield memoryview(first)
    length = reply.headers.get("content-length", "")
    connection = _direct(reply)
    if connection and length.isdecimal():
        connection.settimeout(timeout_seconds)
        yield from _received(connection, int(length) - len(first), most_bytes)
    else:
        yield from (memoryview(piece) for piece in buffered)


def _direct(reply: httpx.Response) -> socket.socket | None:
    """The socket whose bytes are the body; None where another layer is in between."""
    stream = reply.extensions.get("network_stream")
    if stream is None or reply.http_version not in ("HTTP/1.1", "HTTP/1.0"):
        return None
    found = stream.get_extra_info("socket")
    # TLS inside the TLS of a proxy is decrypted by an object above the socket
    tunnelled = isinstance(stream.get_extra_info("ssl_object"), ssl.SSLObject)
    return found if isinstance(found, socket.socket) and not tunnelled else None


def _received(
    connection: socket.socket, expected_bytes: int, most_bytes: int
) -> Iterator[memoryview]:
    buffer, left = memoryview(bytearray(min(PIECE_BYTES, most_bytes))), expected_bytes
    while left > 0:
        count = _receive(connection, buffer[:left])
        left -= count
        yield buffer[:count]


def _receive(connection: socket.socket, buffer: memoryview) -> int:
    import httpx

    try:
        count = connection.recv_into(buffer)
    except TimeoutError:
        raise httpx.ReadTimeout("nothing came any more") from None
    except OSError as error:
        raise httpx.ReadError(str(error)) from None
    if not count:
        raise httpx.RemoteProtocolError("the connection broke off")
    return count
