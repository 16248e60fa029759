"""One at a time: a lock that the operating system releases when its holder dies."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from ...model.errors import LocalaiError
from . import activity, folders, patience, plain_files
from .writing import write_atomically

#: Another one may be fetching a large model: it is waited for while it works, and so long when it does not.
WAIT_SECONDS = 20.0
POLL_SECONDS, LOOK_SECONDS = 0.1, 1.0
#: who waits is told again after as long
TELL_SECONDS = 120.0


class Lock:
    """Held inside `with`. Waits for another holder while that is at work; `wait_seconds` after it was
    last seen at work says who it is.

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
        from filelock import FileLock

        path(self.name).parent.mkdir(parents=True, exist_ok=True)
        self._lock = FileLock(path(self.name), mode=0o600)
        if not self._is_free(0):
            self._wait()
        write_atomically(_holder_path(self.name), str(os.getpid()).encode())

    def _wait(self) -> None:
        """Raises LocalaiError where the holder does nothing."""
        watch = activity.Watch()
        watch.look(holder(self.name))
        self._tell("Waiting", watch)
        last_line_at = time.monotonic()
        while not self._is_free(min(LOOK_SECONDS, self.wait_seconds / 4)):
            watch.look(holder(self.name))
            if watch.quiet_seconds >= self.wait_seconds:
                raise _held(_words(watch.pid), self.wait_seconds)
            if time.monotonic() - last_line_at >= TELL_SECONDS:
                self._tell("Still waiting", watch)
                last_line_at = time.monotonic()

    def _tell(self, begin: str, watch: activity.Watch) -> None:
        who = _words(watch.pid)
        self.say(
            f"{begin} for another localai ({who}) to finish its work… Ctrl-C ends the waiting."
        )

    def _is_free(self, seconds: float) -> bool:
        """Whether it was let go within that time; it is ours then."""
        from filelock import Timeout

        try:
            self._lock.acquire(timeout=seconds, poll_interval=POLL_SECONDS)
        except Timeout:
            return False
        return True

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
        return int(plain_files.read_text(_holder_path(name), "ascii"))
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


def _held(holder_words: str, seconds: float) -> LocalaiError:
    return LocalaiError(
        f"Another localai ({holder_words}) is at work on this set-up.",
        f"Two at once would undo each other's work, and it has done nothing for {seconds:g} s: "
        "it may wait for an answer in another terminal.",
        "Answer or end it there, or wait until it has finished; then run the same command again.",
    )
