"""Keeps the log of one server small for as long as it runs: `python _log_keeper.py LOG MOST HEAD POLL [PID]`.

Runs beside the server and shares its open log (stdout): on Windows nobody else can rename or cut a file
that is open, but whoever shares the very handle can cut it. Every POLL seconds, where LOG is longer than
MOST bytes, what stands after its first HEAD bytes (the start: memory, devices) goes to `LOG.1`, whose
former content is gone then. Ends with the server: on Windows that is the process PID, elsewhere the
other end of stdin is closed then.

Standard library alone: it is run as a file, without the package.
"""

from __future__ import annotations

import contextlib
import os
import select
import sys
from collections.abc import Callable
from typing import BinaryIO

SHARED = 1
PIECE = 1024 * 1024
#: ends the head; the lines that stood between it and the next one are in the older file
SEAM = b"~~~~ localai: the lines before this one are in "
SYNCHRONIZE = 0x00100000
WAIT_OBJECT_0 = 0


def main() -> None:
    log, most, head, poll = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4])
    is_over = _end_of_process(int(sys.argv[5])) if sys.argv[5:] else _is_closed
    while not is_over(poll):
        if os.fstat(SHARED).st_size > most:
            cut(log, head)


def cut(log: str, head: int) -> None:
    """A line that comes while it is cut may be lost; the server never waits."""
    older, keep, newest = f"{log}.1", 0, b""
    with contextlib.suppress(OSError), open(log, "rb") as source:  # somebody may have removed it
        if os.path.samestat(os.fstat(source.fileno()), os.fstat(SHARED)):
            keep = _complete_lines(source.read(head))
            newest = _moved(source, keep, older, head)
    os.ftruncate(SHARED, keep)
    os.lseek(SHARED, keep, os.SEEK_SET)
    os.write(SHARED, SEAM + os.path.basename(older).encode() + b" ~~~~\n" + newest)


def _moved(source: BinaryIO, start: int, older: str, most: int) -> bytes:
    """Move all after `start` to the older file. Where that cannot be (no room on the disk; somebody
    reads it on Windows) the newest lines, to stay in the log, and the limit holds all the same.
    """
    try:
        source.seek(start)
        _move(source, older)
    except OSError:
        source.seek(max(start, os.fstat(source.fileno()).st_size - most))
        return source.read(most).partition(b"\n")[2]
    return b""


def _complete_lines(head: bytes) -> int:
    """Where its last whole line ends; the seam of an earlier cut is no part of it."""
    seam = head.find(SEAM)
    return seam if seam >= 0 else head.rfind(b"\n") + 1


def _move(source: BinaryIO, older: str) -> None:
    """The rest of the log, without the seam of an earlier cut, in place of the older file."""
    new = f"{older}.new"
    try:
        with open(new, "wb") as target:
            first = source.readline(PIECE)
            target.write(b"" if first.startswith(SEAM) else first)
            while piece := source.read(PIECE):
                target.write(piece)
        os.chmod(new, 0o600)
        os.replace(new, older)
    except OSError:
        os.unlink(new)
        raise


def _is_closed(seconds: float) -> bool:
    """Whether the server, and all that it started, let go of the other end of stdin in this time."""
    return bool(select.select([0], [], [], seconds)[0])


def _end_of_process(pid: int) -> Callable[[float], bool]:
    """Waits for the end of a process of Windows, by a handle: its number may be another's by then."""
    import ctypes

    kernel = ctypes.windll.kernel32  # type: ignore[attr-defined,unused-ignore]
    kernel.OpenProcess.restype = ctypes.c_void_p
    handle = ctypes.c_void_p(kernel.OpenProcess(SYNCHRONIZE, False, pid))

    def is_over(seconds: float) -> bool:
        milliseconds = int(seconds * 1000)
        return not handle or kernel.WaitForSingleObject(handle, milliseconds) == WAIT_OBJECT_0

    return is_over


if __name__ == "__main__":
    main()
