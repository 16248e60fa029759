"""The most bytes per second that all connections of this process take together."""

from __future__ import annotations

import os
import threading
import time

from ...model import rates
from .bodies import PIECE_BYTES

#: The rate for all commands; a flag goes before it.
VARIABLE = "LOCALAI_MAX_RATE"

#: A piece is no more than comes in this time, so that the rate is even.
PIECE_SECONDS = 0.25
#: A line that stood still may catch up for this long, not for all it missed.
CATCH_UP_SECONDS = 0.5
#: no further connection helps where this share of the rate is used
NEARLY = 0.8


class Pace:
    """`rate` in bytes per second; None is as fast as it goes."""

    def __init__(self, rate: float | None = None) -> None:
        self.rate = rate
        self._due, self._lock = 0.0, threading.Lock()

    @property
    def piece_bytes(self) -> int:
        """What is read from a connection at a time."""
        return (
            max(1, min(PIECE_BYTES, int(self.rate * PIECE_SECONDS))) if self.rate else PIECE_BYTES
        )

    def wait(self, count: int, stopped: threading.Event) -> bool:
        """Wait until so many bytes, which have just come, are within the rate; whether `stopped`."""
        if not self.rate:
            return stopped.is_set()
        with self._lock:
            earliest = time.monotonic() - CATCH_UP_SECONDS
            self._due = max(self._due, earliest) + count / self.rate
            seconds = self._due - time.monotonic()
        return stopped.wait(max(0.0, seconds))

    def reaches(self, rate: float) -> bool:
        """Whether this many bytes per second are nearly all that is allowed."""
        return self.rate is not None and rate > NEARLY * self.rate


def requested(flag: str = "") -> Pace:
    """What the flag asks for, else the variable; as fast as it goes where neither is given.

    Raises:
        LocalaiError: what is given is no rate.

    """
    origin, text = ("--max-rate", flag) if flag else (VARIABLE, os.environ.get(VARIABLE, ""))
    return Pace(rates.parse(text, origin) if text else None)
