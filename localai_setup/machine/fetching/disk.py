"""The file system below the folder that models go to."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...model.errors import LocalaiError
from ...model.sizes import size_words
from ..keeping import folders

#: What stays free beside what is fetched, so that the system can breathe.
SPARE_BYTES = 256 * 1024 * 1024
#: File systems of Linux that reserve room without writing it.
RESERVING = frozenset({"ext4", "xfs", "btrfs", "tmpfs", "f2fs"})
#: of `st_blocks`, whatever the file system's own are
STAT_BLOCK_BYTES = 512


def models() -> dict[str, Any]:
    """Bytes and kind of the file system; the nearest folder above where ours is not made yet."""
    place = nearest(folders.folder("data"))
    usage = shutil.disk_usage(place)
    kind, options = _mount(place)
    read_only = "ro" in options.split(",") if kind else None
    return {"free_bytes": usage.free, "total_bytes": usage.total, "file_system": kind,
            "read_only": read_only}  # fmt: skip


def nearest(place: Path) -> Path:
    """The folder itself, or the nearest above it that is there."""
    while not place.exists() and place != place.parent:
        place = place.parent
    return place


def require(folder: Path, needed_bytes: int, why: str) -> None:
    """Raises LocalaiError where the disk of a folder has not this much free, and a little to spare."""
    free, needed = shutil.disk_usage(folder).free, needed_bytes + SPARE_BYTES
    if free < needed:
        raise LocalaiError(
            f"The disk of {folder} has {size_words(free)} free; {size_words(needed)} are needed.",
            why,
            "Free some space, or set LOCALAI_HOME to a folder on a larger disk.",
        )


def reserve(file: Path, total_bytes: int) -> None:
    """Take the room that a file will need, so that it is missing now and not after hours.

    Only where the file system does so at once: elsewhere the C library would write all of it.

    Raises:
        OSError: the disk is full.

    """
    if sys.platform == "linux" and _mount(file)[0] in RESERVING:
        with file.open("r+b") as out:
            os.posix_fallocate(out.fileno(), 0, total_bytes)


def taken_bytes(file: Path) -> int:
    """What a file takes of the disk already, reserved room included; 0 where it is not there."""
    try:
        found = file.stat()
    except OSError:
        return 0
    # Windows does not count blocks
    blocks = getattr(found, "st_blocks", None)
    return found.st_size if blocks is None else blocks * STAT_BLOCK_BYTES


def _mount(place: Path) -> tuple[str | None, str]:
    """Type and options of the longest mount point above `place`; only Linux lists them in a file."""
    try:
        lines = Path("/proc/self/mounts").read_text("utf-8", "replace").splitlines()
    except OSError:
        return None, ""
    real = os.path.realpath(place)
    fields = [line.split() for line in lines]
    mounts = [f for f in fields if len(f) > 3 and _holds(f[1].replace("\\040", " "), real)]  # noqa: PLR2004
    best = max(mounts, key=lambda f: len(f[1]), default=None)
    return (best[2], best[3]) if best else (None, "")


def _holds(point: str, path: str) -> bool:
    return path == point or path.startswith(point.rstrip("/") + "/")


@dataclass
class Growth:
    """How far a folder has grown. An installer takes its own temporary files away again, and nobody
    is to see a bar that goes back.
    """

    folder: Path
    most_bytes: int = 0

    def measured(self) -> int:
        """The most bytes that it held so far."""
        self.most_bytes = max(self.most_bytes, bytes_of(self.folder))
        return self.most_bytes


def bytes_of(path: Path) -> int:
    """Of a file, or of all that lies below a folder. One that vanishes meanwhile counts nothing."""
    if not path.is_dir():
        return path.stat().st_size if path.exists() else 0
    total = 0
    for place, _, names in os.walk(path):
        for name in names:
            with contextlib.suppress(OSError):
                total += os.lstat(os.path.join(place, name)).st_size
    return total
