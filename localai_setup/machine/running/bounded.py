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
    """stdout, stderr and exit code; it reads what is `sent`, and nothing without that.

    Raises:
        TooLateError, TooMuchError: see there.
        OSError: it could not be started.

    """
    deadline = time.monotonic() + timeout_seconds
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
            reader.join(max(0.0, deadline - time.monotonic()))
        _check(readers)
        code = process.wait(max(0.05, deadline - time.monotonic()))
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
        self.stream, self.raw = stream, b""
        self.start()

    def run(self) -> None:
        with contextlib.suppress(OSError, ValueError), self.stream:
            self.raw = self.stream.read(MAX_OUTPUT_BYTES + 1)


def _check(readers: Sequence[_Reader]) -> None:
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
