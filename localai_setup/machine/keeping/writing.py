"""Writing files so that a reader sees the old one or the new one, never a part."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path

from . import patience, plain_files


def empty(log: Path) -> None:
    """Begin a log anew. Not by removing it: Windows removes no file that somebody reads."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with plain_files.opened_to_append(log) as file:
        if file.seekable():
            file.truncate(0)


def write_named(path: Path, content: bytes, mode: int = 0o600) -> None:
    """As `write_atomically`, for a path that a person named: a link stays, and what it points to is replaced.

    Raises:
        NoFileError: a pipe, a socket or a device is there; `/dev/null` would be gone for every program.
        OSError: as `write_atomically`.

    """
    with contextlib.suppress(FileNotFoundError):
        plain_files.require(path)
    write_atomically(Path(os.path.realpath(path)), content, mode)


def write_atomically(path: Path, content: bytes, mode: int = 0o600) -> None:
    """Write beside the target, flush to the disk, move into place. Makes missing folders.

    Raises:
        OSError: the disk is full, read-only or not ours; the target is then as it was.

    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, mode)
        patience.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
