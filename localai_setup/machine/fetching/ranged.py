"""One file on a server, read in ranges: a few pieces of it, never the whole."""

from __future__ import annotations

import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING

from ...model.errors import LocalaiError
from . import clients, replies

if TYPE_CHECKING:
    import httpx

TIMEOUT_SECONDS = 20.0
TRIES = 3
#: more than any header needs; a file that asks for more is lying
MOST_BYTES = 96 << 20
PIECE_BYTES = 64 << 10
RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+)")


class Ranged:
    """A remote file. After the first answer its place (redirects followed) and version are kept."""

    def __init__(
        self, url: str, headers: Mapping[str, str], refusals: Mapping[int, tuple[str, str]]
    ) -> None:
        import httpx

        self.url, self.name, self.host = url, url.rsplit("/", 1)[-1], httpx.URL(url).host
        self._origin = _origin(httpx.URL(url))
        self.headers = {key.lower(): value for key, value in headers.items()}
        self.refusals = refusals
        self.received_bytes, self.bytes = 0, 0
        self._client = clients.client(TIMEOUT_SECONDS)
        self._version: str | None = None

    def close(self) -> None:
        self._client.close()

    def read(self, first: int, count: int) -> bytes:
        """`count` bytes from byte `first` on; LocalaiError says why they cannot be had."""
        import httpx

        trouble: Exception | None = None
        for _ in range(TRIES):
            try:
                return self._read(first, count)
            except (httpx.HTTPError, httpx.InvalidURL) as error:
                trouble = error
        refusal = replies.refusal(trouble, self.refusals)
        if refusal:
            meaning, hint = refusal
            raise LocalaiError(f"{self.host} does not give {self.name}: {meaning}.", hint=hint)
        raise LocalaiError(
            f"{self.name} could not be read from {self.host}: {trouble}.",
            "Only the description at its start is needed, and it did not come.",
            "Check the network and run the same command again, or name a GGUF file on this disk.",
        )

    def _read(self, first: int, count: int) -> bytes:
        headers = {**self.headers, "Range": f"bytes={first}-{first + count - 1}"}
        if self.received_bytes + count > MOST_BYTES:
            raise self._lie("asks for more and more of it to be read")
        with self._client.stream("GET", self.url, headers=headers) as reply:
            self._check(reply, first)
            data = bytearray()
            for piece in reply.iter_raw(PIECE_BYTES):
                data += piece
                self.received_bytes += len(piece)
                if len(data) > count:
                    raise self._lie("sends more bytes than it was asked for")
            self._keep(reply)
        expected = min(count, max(0, self.bytes - first))
        if len(data) < expected:
            raise replies.cut(reply)
        return bytes(data)

    def _check(self, reply: httpx.Response, first: int) -> None:
        if reply.status_code == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
            raise self._lie("has no bytes where its own size says there are some")
        replies.check(reply, self.name, self.host, self.refusals)
        if reply.status_code != HTTPStatus.PARTIAL_CONTENT:
            raise LocalaiError(
                f"{self.host} does not give parts of a file (HTTP {reply.status_code}).",
                f"Reading the description of {self.name} would download it whole.",
                "Download the file and name its path, or unset HF_ENDPOINT to ask the hub itself.",
            )
        self._check_range(reply, first)

    def _check_range(self, reply: httpx.Response, first: int) -> None:
        stated = RANGE.fullmatch(reply.headers.get("content-range", ""))
        if not stated or int(stated[1]) != first or reply.headers.get("content-encoding"):
            raise self._lie("answers with other bytes than it was asked for")
        version = reply.headers.get("etag") or stated[3]
        if self._version not in (None, version) or self.bytes not in (0, int(stated[3])):
            raise self._lie("changed while it was read")
        self._version, self.bytes = version, int(stated[3])

    def _keep(self, reply: httpx.Response) -> None:
        """Go straight to where the redirects led; a token is for the first origin alone."""
        if _origin(reply.url) != self._origin:
            self.headers.pop("authorization", None)
        self.url = str(reply.url)

    def _lie(self, how: str) -> LocalaiError:
        return LocalaiError(
            f"{self.host} or something on the way to it is not to be trusted: {self.name} {how}.",
            hint="Try again, on another network if you can.",
        )


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    """Scheme, host and port: another port of the same host is another server."""
    default = {"http": 80, "https": 443}.get(url.scheme)
    return url.scheme, url.host, url.port or default
