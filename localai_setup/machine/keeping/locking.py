"""One at a time: a lock that the operating system releases when its holder dies."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from ...model.errors import LocalaiError
from . import folders, patience
from .writing import write_atomically

#: Another `init` may be fetching a large model; it says so, and we wait this long before giving up.
WAIT_SECONDS = 20.0
POLL_SECONDS = 0.1


class Lock:
    """Held inside `with`. Waits a while for another holder, then says who it is.

    `say` is told at once that there is somebody to wait for. The number of the holder stands in a
    file of its own: on Windows nobody else can read a file that is locked.
    """

    def __init__(
        self,
        name: str,
        wait_seconds: float = WAIT_SECONDS,
        say: Callable[[str], None] = lambda _: None,
    ) -> None:
        self.name, self.wait_seconds, self.say = name, wait_seconds, say

    def __enter__(self) -> None:
        from filelock import FileLock, Timeout

        path(self.name).parent.mkdir(parents=True, exist_ok=True)
        self._lock = FileLock(path(self.name), mode=0o600)
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            self._wait()
        write_atomically(_holder_path(self.name), str(os.getpid()).encode())

    def _wait(self) -> None:
        from filelock import Timeout

        self.say(f"Waiting for another localai ({_words(holder(self.name))}) to finish…")
        try:
            self._lock.acquire(timeout=self.wait_seconds, poll_interval=POLL_SECONDS)
        except Timeout:
            raise _held(_words(holder(self.name))) from None

    def __exit__(
        self,
        _type: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        # a folder that cannot be written to any more must not hide what went wrong because of it
        with contextlib.suppress(OSError):
            patience.unlink(_holder_path(self.name))
        self._lock.release()


def path(name: str) -> Path:
    """The file that is locked; by itself it means nothing."""
    return folders.folder("state") / f"{name}.lock"


def _holder_path(name: str) -> Path:
    return folders.folder("state") / f"{name}-holder.lock"


def holder(name: str) -> int | None:
    """The process that says that it holds this lock; None where nobody says so."""
    try:
        return int(_holder_path(name).read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None


def is_held(name: str) -> bool:
    """Whether a process, this one included, holds the lock now."""
    from filelock import FileLock, Timeout

    if not path(name).exists():
        return False
    probe = FileLock(path(name), mode=0o600)
    try:
        probe.acquire(timeout=0)
    except Timeout:
        return True
    except OSError:
        return False
    probe.release()
    return False


def _words(pid: int | None) -> str:
    return f"process {pid}" if pid else "another process"


def _held(holder_words: str) -> LocalaiError:
    return LocalaiError(
        f"Another localai ({holder_words}) is at work on this set-up.",
        "Two at once would undo each other's work.",
        "Wait until it has finished, then run the same command again.",
    )
