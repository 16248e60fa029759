"""Reading files, and nothing that only looks like one: whoever opens a named pipe waits for its other side,
and a device may never end.

What a person names may also be a stream that is open already: `/dev/stdin`, `<(program)` of a shell.
"""

from __future__ import annotations

import errno
import io
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

#: a pipe or a device that takes the place of the file in this moment is not waited for (Windows has none)
AT_ONCE = getattr(os, "O_NONBLOCK", 0)
#: how the names begin of what this process has open (Linux, macOS, BSD; `fd(4)`, `proc(5)`)
OPEN_ALREADY = ("/dev/fd/", "/dev/stdin", "/proc/self/fd/")
#: what a new file may be used for, less what the umask takes
NEW_FILE_MODE = 0o666
_KINDS: tuple[tuple[Callable[[int], bool], str], ...] = (
    (stat.S_ISFIFO, "a named pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


class NoFileError(OSError):
    """There is something else than a file; it says what, as the end of a sentence."""

    def __str__(self) -> str:
        return str(self.strerror)


def require(path: Path) -> None:
    """Raises NoFileError for a pipe, a socket or a device, OSError where nothing can be asked."""
    if words := _kind(path):
        raise NoFileError(errno.EINVAL, f"it is {words}, not a file", str(path))


def _kind(path: Path) -> str:
    """What is there instead of a file; empty for a file or a folder."""
    mode = path.stat().st_mode
    return next((words for is_one, words in _KINDS if is_one(mode)), "")


def opened(path: Path) -> BinaryIO:
    """To read from its start. Raises OSError where it cannot be read, or is no file."""
    require(path)
    return open(path, "rb", opener=_at_once)


def opened_stream(path: Path) -> BinaryIO:
    """As `opened`, and what is open already: it ends when its writer has written all."""
    return path.open("rb") if str(path).startswith(OPEN_ALREADY) else opened(path)


def opened_to_append(path: Path, mode: int = NEW_FILE_MODE) -> BinaryIO:
    """To add to its end, made with these permissions where it is not there. `/dev/null` and a pipe that
    somebody reads take it too. Raises OSError where that cannot be.
    """
    try:
        return open(path, "ab", opener=lambda name, flags: os.open(name, flags | AT_ONCE, mode))
    except OSError as error:
        if error.errno != errno.ENXIO:
            raise
        raise NoFileError(
            error.errno, f"it is {_kind(path)} that nobody reads", str(path)
        ) from None


def read_bytes(path: Path) -> bytes:
    """All of it. Raises as `opened`."""
    with opened(path) as file:
        return file.read()


def read_text(path: Path, encoding: str = "utf-8", errors: str = "strict") -> str:
    """All of it, every line end as a line feed. Raises as `opened`, and UnicodeDecodeError."""
    with io.TextIOWrapper(opened(path), encoding, errors) as file:
        return file.read()


def _at_once(path: str, flags: int) -> int:
    return os.open(path, flags | AT_ONCE)
