"""A second name for a file, without a second copy of its bytes."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Literal

from . import patience, plain_files

Way = Literal["hard-link", "shared-blocks", "symbolic-link", "there-already"]

#: `FICLONE` of linux/fs.h: the copy shares the blocks of the original until one of them is written to.
_CLONE_REQUEST = 0x40049409


class NoLinkError(OSError):
    """The file system, or the rights on it, allow no second name for this file there."""


def link(file: Path, target: Path, *, symbolic: bool) -> Way:
    """Give `file` the name `target` too, by the best way that the file system knows.

    What stood at `target` before is replaced; it may be half a file or a link to one that is gone.
    `symbolic` allows a link that only leads to the file: who uses it needs the way there as well.

    Raises:
        NoLinkError: none of the ways works.

    """
    if _is_same(file, target):
        return "there-already"
    ways: tuple[tuple[Way, Callable[[Path, Path], None]], ...] = (
        ("hard-link", os.link),
        ("shared-blocks", _clone),
        *((("symbolic-link", os.symlink),) if symbolic else ()),
    )
    for way, make in ways:
        with suppress(OSError):
            _in_place(make, file.resolve(), target)
            return way
    raise NoLinkError(0, "no link to the file can be made there", str(target))


def can_be_linked(file: Path, folder: Path) -> bool:
    """Whether `file` can very likely get a second name below `folder`: the same file system, and a file
    of ours (the system lets nobody link what he may not write to). `link` finds out.
    """
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    try:
        return file.stat().st_dev == folder.stat().st_dev and os.access(file, os.W_OK)
    except OSError:
        return False


def _is_same(file: Path, target: Path) -> bool:
    try:
        return os.path.samefile(file, target)
    except OSError:
        return False


def _in_place(make: Callable[[Path, Path], None], file: Path, target: Path) -> None:
    """Make the link under another name first: `target` is there complete or not at all."""
    folder = Path(tempfile.mkdtemp(prefix=".linking-", dir=target.parent))
    try:
        make(file, folder / "link")
        patience.replace(folder / "link", target)
    finally:
        with suppress(OSError):
            (folder / "link").unlink(missing_ok=True)
            folder.rmdir()


def _clone(file: Path, target: Path) -> None:
    """Raises OSError where the file system cannot share blocks between files."""
    if sys.platform != "linux":
        raise OSError(0, "not tried on this system", str(target))
    import fcntl

    with plain_files.opened(file) as source, target.open("xb") as made:
        fcntl.ioctl(made.fileno(), _CLONE_REQUEST, source.fileno())
    target.chmod(0o644)
