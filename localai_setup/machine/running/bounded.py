"""A foreign program, bounded in time and in output; what it started ends with it."""

from __future__ import annotations

import contextlib
import errno
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from threading import Thread
from typing import IO

from . import printed

#: No fact needs more, and a recording must stay small.
MAX_OUTPUT_BYTES = 4 * 1024 * 1024
PIECE_BYTES = 64 * 1024
#: so often it is looked how far what is sent was read
LOOK_SECONDS = 0.5
#: `-c` looks for modules in the current folder first, where anything may lie.
NOT_THE_CURRENT_FOLDER = "import sys; sys.path[:] = filter(None, sys.path)\n"


class TooLateError(Exception):
    """It did not end within its time; it and its children were killed."""


class TooMuchError(Exception):
    """It printed more than any fact needs; it and its children were killed."""


def run(
    argv: Sequence[str],
    timeout_seconds: float,
    env: Mapping[str, str] | None = None,
    sent: IO[bytes] | None = None,
) -> tuple[bytes, bytes, int]:
    """stdout, stderr and exit code; it reads what is `sent`, and nothing without that. The time counts anew
    whenever it read more of that: a slow reader is no dead one.

    Raises:
        TooLateError, TooMuchError: see there.
        OSError: it could not be started.

    """
    patience = _Patience(timeout_seconds, sent)
    process = subprocess.Popen(
        argv,
        stdin=sent or subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=env,
        start_new_session=True,
    )
    assert process.stdout
    assert process.stderr
    try:
        readers = [_Reader(process.stdout), _Reader(process.stderr)]
    except (RuntimeError, MemoryError):
        _end_with_children(process)
        raise OSError(errno.ENOMEM, os.strerror(errno.ENOMEM)) from None
    try:
        for reader in readers:
            patience.join(reader)
        _check(readers)
        code = process.wait(max(0.05, patience.left_seconds()))
    except subprocess.TimeoutExpired:
        _end_with_children(process)
        raise TooLateError from None
    except BaseException:
        _end_with_children(process)
        raise
    return readers[0].raw, readers[1].raw, code


def printed_by_python(script: str, timeout_seconds: float) -> bytes:
    """What a Python script prints, run in a process of its own by this interpreter.

    Raises:
        RuntimeError: it failed; the last line of its complaint, or how it ended.
        TooLateError, TooMuchError, OSError: as `run`.

    """
    argv = [sys.executable, "-c", NOT_THE_CURRENT_FOLDER + script]
    stdout, stderr, code = run(argv, timeout_seconds)
    if code:
        words = printed.text(stderr).strip().splitlines()
        raise RuntimeError((words or ["it crashed"])[-1])
    return stdout


class _Reader(Thread):
    """Reads to the end, or one byte beyond the bound."""

    def __init__(self, stream: IO[bytes]) -> None:
        super().__init__(daemon=True)
        self.stream, self.raw, self.found_memory = stream, b"", True
        self.start()

    def run(self) -> None:
        try:
            with contextlib.suppress(OSError, ValueError), self.stream:
                self._read()
        except MemoryError:
            self.found_memory = False

    def _read(self) -> None:
        """In pieces: a read of the whole bound takes as much memory, however little is printed."""
        while piece := os.read(self.stream.fileno(), self._next_bytes()):
            self.raw += piece

    def _next_bytes(self) -> int:
        return min(PIECE_BYTES, MAX_OUTPUT_BYTES + 1 - len(self.raw))


class _Patience:
    """How long is waited: for so long, from when more of `sent` was read last. The program shares where in
    the file it is with us.
    """

    def __init__(self, seconds: float, sent: IO[bytes] | None) -> None:
        self.seconds, self.sent, self.at = seconds, sent, 0
        self.deadline = time.monotonic() + seconds

    def left_seconds(self) -> float:
        at = self._place()
        if at > self.at:
            self.at, self.deadline = at, time.monotonic() + self.seconds
        return max(0.0, self.deadline - time.monotonic())

    def join(self, thread: Thread) -> None:
        """Wait for its end, or as long as there is patience."""
        while thread.is_alive() and (left := self.left_seconds()):
            thread.join(min(left, LOOK_SECONDS) if self.sent else left)

    def _place(self) -> int:
        if self.sent is None:
            return 0
        with contextlib.suppress(OSError):  # a pipe has no places
            return os.lseek(self.sent.fileno(), 0, os.SEEK_CUR)
        return 0


def _check(readers: Sequence[_Reader]) -> None:
    if not all(reader.found_memory for reader in readers):
        raise OSError(errno.ENOMEM, os.strerror(errno.ENOMEM))
    if any(len(reader.raw) > MAX_OUTPUT_BYTES for reader in readers):
        raise TooMuchError
    if any(reader.is_alive() for reader in readers):
        raise TooLateError


def _kill_family(pid: int) -> None:
    """Windows has no process groups: each child by itself, and theirs."""
    import psutil

    with contextlib.suppress(psutil.Error):
        for child in psutil.Process(pid).children(recursive=True):
            with contextlib.suppress(psutil.Error):
                child.kill()


def _end_with_children(process: subprocess.Popen[bytes]) -> None:
    """A hung wrapper's own children would live on, and so would those of one that has ended; what
    cannot be ended is left alone.
    """
    if sys.platform == "win32":
        _kill_family(process.pid)
        process.kill()
    else:
        with contextlib.suppress(OSError):
            os.killpg(process.pid, signal.SIGKILL)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(timeout=0.1)
