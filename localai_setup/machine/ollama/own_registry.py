"""A registry on loopback that holds one model of ours, for as long as a server pulls it.

Where the models folder is not ours to write to (a service of another account), a pull keeps what `create`
changes: the file's bytes, its digest and its own chat template, with one copy in place of two.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import BinaryIO

from ...model.server import HOST
from ..keeping import plain_files
from . import names
from .manifests import MANIFEST_TYPE, Manifest

#: Under which our models stand in it; their names in a server's list are told by it.
NAMESPACE = "localai"
#: A pull takes a blob only from another host name than its registry's; else it ends with "no Location".
DATA_HOST = "localhost"
_PIECE = 1024 * 1024
_RANGE = re.compile(r"bytes=(\d+)-(\d*)")


@dataclass(frozen=True)
class Offered:
    """What is given: the manifest, the small files by digest, and where the large ones lie."""

    manifest: Manifest
    small: Mapping[str, bytes]
    files: Mapping[str, Path]


@contextmanager
def serving(offered: Offered, name: str) -> Iterator[str]:
    """The name to pull it by, until the end of the `with`.

    Raises:
        OSError: nothing can listen on loopback.

    """
    server = _Registry((HOST, 0), _Handler, offered)
    thread = Thread(target=server.serve_forever, args=(0.1,), daemon=True)
    thread.start()
    try:
        parsed = names.parse(name)
        port = server.server_address[1]
        yield f"http://{HOST}:{port}/{NAMESPACE}/{parsed.model}:{parsed.tag}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def is_from_here(name: str, own: str) -> bool:
    """Whether a listed model is `own` under the name that it was pulled by, now or in an earlier try."""
    listed, ours = names.parse(name), names.parse(own)
    place = (listed.host.rpartition(":")[0], listed.namespace)
    return place == (HOST, NAMESPACE) and (listed.model, listed.tag) == (ours.model, ours.tag)


class _Registry(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address: tuple[str, int], handler: type[_Handler], offered: Offered) -> None:
        super().__init__(address, handler)
        self.offered = offered

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that goes away in the middle is no error of ours."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Registry

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the base's name
        """Nothing is printed."""

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        """A manifest, the way to a blob, or its bytes."""
        what, _, last = self.path.rpartition("/")
        if what.endswith("/manifests"):
            self._send(self.server.offered.manifest.document(), MANIFEST_TYPE)
        elif what.endswith("/blobs"):
            self._lead_to(last)
        elif last in self.server.offered.small:
            self._send(self.server.offered.small[last])
        elif last in self.server.offered.files:
            with plain_files.opened(self.server.offered.files[last]) as file:
                self._send_file(file)
        else:
            self._head(HTTPStatus.NOT_FOUND, 0, {})

    def _lead_to(self, digest: str) -> None:
        """Of a HEAD the length is read, which a redirect would not tell."""
        offered = self.server.offered.manifest.files
        size = next((one.size for one in offered if one.digest == digest), None)
        if size is None:
            self._head(HTTPStatus.NOT_FOUND, 0, {})
        elif self.command == "HEAD":
            self._head(HTTPStatus.OK, size, {})
        else:
            place = f"http://{DATA_HOST}:{self.server.server_address[1]}/data/{digest}"
            self._head(HTTPStatus.TEMPORARY_REDIRECT, 0, {"Location": place})

    def _send(self, content: bytes, kind: str = "application/octet-stream") -> None:
        self._head(HTTPStatus.OK, len(content), {"Content-Type": kind})
        if self.command != "HEAD":
            self.wfile.write(content)

    def _send_file(self, file: BinaryIO) -> None:
        """The range that is asked for; without one, all of it."""
        size = file.seek(0, 2)
        asked = _RANGE.fullmatch(self.headers.get("Range", ""))
        start = int(asked[1]) if asked else 0
        end = min(int(asked[2]), size - 1) if asked and asked[2] else size - 1
        if start > end:
            self._head(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, 0, {})
            return
        status = HTTPStatus.PARTIAL_CONTENT if asked else HTTPStatus.OK
        ranged = {"Content-Range": f"bytes {start}-{end}/{size}"} if asked else {}
        self._head(status, end - start + 1, ranged)
        if self.command != "HEAD":
            file.seek(start)
            self._copy(file, end - start + 1)

    def _copy(self, file: BinaryIO, left: int) -> None:
        while left and (piece := file.read(min(_PIECE, left))):
            self.wfile.write(piece)
            left -= len(piece)

    def _head(self, status: HTTPStatus, length: int, more: Mapping[str, str]) -> None:
        self.send_response(status)
        for name, value in {**more, "Content-Length": str(length)}.items():
            self.send_header(name, value)
        self.end_headers()
