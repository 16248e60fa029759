"""HTTP connections whose responses, headers included, have to come within a time in all.

The time-out of a socket is for each read: a server that sends a byte now and then would be listened to
for ever.
"""

from __future__ import annotations

import http.client
import io
import socket
import time
from typing import Any


class Deadline:
    """So many seconds from now, or from when it was last renewed."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.renew()

    def renew(self) -> None:
        self._at = time.monotonic() + self.seconds

    def left(self) -> float:
        """Seconds; raises TimeoutError where none are."""
        left = self._at - time.monotonic()
        if left <= 0:
            raise TimeoutError("the answer came too slowly")
        return left


class TimedConnection(http.client.HTTPConnection):
    """As its base; reading raises TimeoutError once `deadline` is over. To connect takes as long at most."""

    def __init__(self, host: str, port: int | None, deadline: Deadline) -> None:
        super().__init__(host, port, timeout=deadline.seconds)
        self.deadline = deadline
        # the library calls it with the socket, as it would the class
        self.response_class = self._response  # type: ignore[assignment]

    def _response(self, sock: socket.socket, *args: Any, **how: Any) -> http.client.HTTPResponse:
        response = http.client.HTTPResponse(sock, *args, **how)
        response.fp = io.BufferedReader(_TimedReads(response.fp, sock, self.deadline))
        return response


class _TimedReads(io.RawIOBase):
    """What comes over a socket, each read of it within what is left of the time."""

    def __init__(self, source: io.BufferedReader, sock: socket.socket, deadline: Deadline) -> None:
        self._source, self._socket, self._deadline = source, sock, deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._socket.settimeout(self._deadline.left())
        return self._source.readinto1(buffer)

    def close(self) -> None:
        self._source.close()
        super().close()
