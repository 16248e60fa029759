"""One request for a range of a file, written where it belongs; answers are not believed unchecked."""

from __future__ import annotations

import re
import threading
from contextlib import closing
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from . import blocks, bodies, replies

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx

    from .pace import Pace
    from .segments import Segment, Segments
    from .transfer import FileRequest

RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+|\*)")


@dataclass(frozen=True)
class Fetch:
    """What the connections of one file share. `pace` holds all of them back together."""

    client: httpx.Client
    request: FileRequest
    segments: Segments
    pace: Pace
    stopped: threading.Event
    timeout_seconds: float


def stream(fetch: Fetch, segment: Segment) -> None:
    """Fetch what is missing of a segment, as far as this one answer goes.

    Raises:
        LocalaiError: the other side refuses.
        httpx.HTTPError: the connection broke, or the answer is not the one asked for.
        OSError: the disk is full or read-only.

    """
    request, first, last = fetch.request, segment.at, segment.end - 1
    headers = {**request.headers, "Range": f"bytes={first}-{last}"}
    with fetch.client.stream("GET", request.url, headers=headers) as reply:
        replies.check(reply, request.name, request.origin, request.refusals)
        skip = _bytes_before(reply, request, fetch.segments, first)
        pieces = bodies.pieces(reply, fetch.timeout_seconds, fetch.pace.piece_bytes)
        _write(_after(pieces, skip), fetch, segment)
    if fetch.segments.room(segment) and not fetch.stopped.is_set():
        raise replies.cut(reply)


def _bytes_before(
    reply: httpx.Response, request: FileRequest, segments: Segments, first: int
) -> int:
    """How many bytes of the answer lie before the one that was asked for.

    A server without ranges sends the file from its start: what is on the disk already is passed over
    and kept. Raises httpx.RemoteProtocolError where the answer is another range, of another file, or
    compressed.
    """
    import httpx

    if reply.headers.get("content-encoding", "identity") != "identity":
        raise httpx.RemoteProtocolError("the server compressed the file, which was not asked for")
    if reply.status_code != HTTPStatus.PARTIAL_CONTENT:
        return first
    segments.ranged = True
    found = RANGE.fullmatch(reply.headers.get("content-range", ""))
    if found and (int(found[1]) != first or found[3] not in ("*", str(request.bytes))):
        raise httpx.RemoteProtocolError("the server sent another part than the one asked for")
    return 0


def _after(pieces: Iterator[memoryview], skip: int) -> Iterator[memoryview]:
    """The pieces without the first `skip` bytes."""
    for piece in pieces:
        if skip < len(piece):
            yield piece[skip:]
        skip = max(0, skip - len(piece))


def _write(pieces: Iterator[memoryview], fetch: Fetch, segment: Segment) -> None:
    """Write until the segment is complete: another connection may have taken over its second half."""
    with closing(blocks.Writer(fetch.request.part, segment.at)) as out:
        for piece in pieces:
            room = fetch.segments.room(segment)
            if not room or fetch.stopped.is_set():
                return
            useful = piece[:room]
            out.write(useful)
            fetch.segments.arrived(segment, len(useful))
            if fetch.pace.wait(len(useful), fetch.stopped):
                return
