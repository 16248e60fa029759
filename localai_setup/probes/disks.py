"""Room on the disks, how they are mounted, and whether folders of a path let others through."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ..model.reading import Readings
from ..model.source import File, Like, Source

MOUNTS = File("/proc/mounts")
SOURCES: tuple[Source, ...] = (
    MOUNTS,
    Like("file:/etc/mtab"),
    Like("command:mount*"),
    Like("command:findmnt*"),
    Like("command:df*"),
    Like("command:ls -ld *"),
    Like("command:namei *"),
)
#: `df -h` writes K, M, G, T in powers of 1024; `df -Pk` and `df` plain KiB.
_KIB = {"": 1.0, "K": 1.0, "M": 1024.0, "G": 1024.0**2, "T": 1024.0**3, "P": 1024.0**4}
_ROW = re.compile(
    r"^\S.*?\s+([\d.]+)([KMGTP]?)i?\s+[\d.]+[KMGTP]?i?\s+([\d.]+)([KMGTP]?)i?\s+(\d+)%\s+.*?(/\S*)$"
)
_MOUNT = re.compile(r"^\S+ (?:on )?(/\S*) (?:type )?(\w[\w.-]*) \(?([\w=,:/.-]+)")
_LISTED = re.compile(r"^([d-][rwxsStT-]{9})\S*\s+\d+\s+(\S+)\s+(\S+)\s+.*?\s(/\S*)$")


@dataclass(frozen=True)
class Room:
    """What `df` told of the disk at a mount point, in KiB."""

    mount: str
    total_kib: float
    free_kib: float
    used_percent: int
    source: str
    line: str


@dataclass(frozen=True)
class Mount:
    """A file system: where, of what kind (ext4, vfat, tmpfs), with which options."""

    path: str
    kind: str
    options: frozenset[str]
    source: str


@dataclass(frozen=True)
class Listed:
    """A path as `ls -ld` shows it: `mode` in letters."""

    path: str
    mode: str
    owner: str
    source: str


@dataclass(frozen=True)
class Disks:
    """What was told; what is not here was not asked."""

    rooms: tuple[Room, ...] = ()
    mounts: tuple[Mount, ...] = ()
    listed: tuple[Listed, ...] = ()

    def holding(self, path: str) -> Mount | None:
        """The file system on which a path lies, as far as known."""
        above = [one for one in self.mounts if _is_above(one.path, path)]
        return max(above, key=lambda one: len(one.path), default=None)


def _is_above(mount: str, path: str) -> bool:
    return path == mount or path.startswith(mount.rstrip("/") + "/")


def parse(readings: Readings) -> Disks:
    return Disks(
        tuple(_rooms(readings)),
        tuple(_mounts(readings)),
        tuple(_listed(readings)),
    )


def _rooms(readings: Readings) -> Iterator[Room]:
    for key, text in readings.texts("command:df*"):
        for line in text.splitlines():
            found = _ROW.match(line.rstrip())
            if found:
                total, free = (float(found[n]) * _KIB[found[n + 1]] for n in (1, 3))
                yield Room(found[6], total, free, int(found[5]), key, line.strip())


def _mounts(readings: Readings) -> Iterator[Mount]:
    for source in (MOUNTS.key, "file:/etc/mtab", "command:mount*"):
        for key, text in readings.texts(source):
            for line in text.splitlines():
                if found := _MOUNT.match(line):
                    yield Mount(found[1], found[2], frozenset(found[3].split(",")), key)


def _listed(readings: Readings) -> Iterator[Listed]:
    for key, text in readings.texts("command:ls -ld *"):
        for line in text.splitlines():
            if found := _LISTED.match(line.strip()):
                yield Listed(found[4], found[1], found[2], key)
