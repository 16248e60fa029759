"""Bringing a growing file to the disk while more of it comes.

Left to the system, a gigabyte waits in memory for half a minute; then the end of a download would wait
for all of it to be written.
"""

from __future__ import annotations

import os
import threading
from pathlib import Path

from .segments import Segments

#: Flushed once so much has come: a slow line does not keep a disk awake for every piece.
FLUSH_BYTES = 32 * 1024 * 1024
POLL_SECONDS = 0.1
STOP_SECONDS = 10.0
#: what leaves the times of a file out, where the system has it
_flush = getattr(os, "fdatasync", os.fsync)


class Flushing:
    """A thread of its own, until it is closed; `finish` brings the rest to the disk."""

    def __init__(self, part: Path, segments: Segments) -> None:
        self._segments, self._flushed = segments, segments.done
        self._ended, self._error = threading.Event(), list[OSError]()
        # one descriptor for all: an error of the disk is told to each descriptor only once
        self._file = part.open("r+b", buffering=0)
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """A flush that hangs with its disk ends with the process."""
        self._stop()
        if not self._thread.is_alive():
            self._file.close()

    def finish(self) -> None:
        """Everything is on the disk.

        Raises:
            OSError: the disk did not take all of it.

        """
        self._stop()
        if self._error:
            raise self._error[0]
        os.fsync(self._file.fileno())

    def _stop(self) -> None:
        self._ended.set()
        self._thread.join(STOP_SECONDS)

    def _work(self) -> None:
        while not self._ended.wait(POLL_SECONDS) and not self._error:
            done = self._segments.done
            if done - self._flushed < FLUSH_BYTES:
                continue
            self._flushed = done
            try:
                _flush(self._file.fileno())
            except OSError as error:
                self._error.append(error)
