"""One at a time: a lock that the operating system lets go when its holder dies."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from ...model.errors import LocalaiError
from . import folders

#: Another `init` may be fetching a large model; it says so, and we wait this long before giving up.
WAIT_SECONDS = 20.0
POLL_SECONDS = 0.1


class Lock:
    """Held inside `with`. Waits a while for another holder, then says who it is.

    `say` is told at once that there is somebody to wait for.
    """

    def __init__(
        self,
        name: str,
        wait_seconds: float = WAIT_SECONDS,
        say: Callable[[str], None] = lambda _: None,
    ) -> None:
        self.path: Path = folders.folder("state") / f"{name}.lock"
        self.wait_seconds = wait_seconds
        self.say = say

    def __enter__(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.handle = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        deadline = time.monotonic() + self.wait_seconds
        waiting = False
        while not _take(self.handle):
            if time.monotonic() > deadline:
                holder = self._holder()
                os.close(self.handle)
                raise _held(holder)
            if not waiting:
                waiting = True
                self.say(f"Waiting for another localai ({self._holder()}) to finish…")
            time.sleep(POLL_SECONDS)
        os.ftruncate(self.handle, 0)
        os.write(self.handle, str(os.getpid()).encode())

    def _holder(self) -> str:
        number = (
            os.pread(self.handle, 64, 0).decode("ascii", "replace").strip()
            if hasattr(os, "pread")
            else ""
        )
        return f"process {number}" if number else "another process"

    def __exit__(
        self,
        _type: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        os.close(self.handle)


def _take(handle: int) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            os.lseek(handle, 1024, os.SEEK_SET)
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
            os.lseek(handle, 0, os.SEEK_SET)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _held(holder: str) -> LocalaiError:
    return LocalaiError(
        f"Another localai ({holder}) is at work on this set-up.",
        "Two at once would undo each other's work.",
        "Wait until it has finished, then run the same command again.",
    )
