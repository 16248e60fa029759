"""The disk that models go to: what is free on it, and what kind of file system it is."""

from __future__ import annotations

from dataclasses import dataclass

from ..model.facts import Unknown, unknown_from
from ..model.reading import Readings
from ..model.shown import Shown
from ..model.source import Call, Source

SPACE = Call("disk.models")
SOURCES: tuple[Source, ...] = (SPACE,)
MIB = 1024 * 1024
#: file systems whose bytes lie on another machine
NETWORK = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "sshfs", "fuse.sshfs", "afs", "9p", "ceph", "glusterfs",
     "fuse.glusterfs", "lustre", "afpfs", "webdav", "davfs"}
)  # fmt: skip


@dataclass(frozen=True)
class Disk:
    """MiB, of the file system that holds the models folder or will."""

    free_mib: float | None = None
    total_mib: float | None = None
    file_system: str | None = None
    read_only: bool | None = None
    network_mount: bool | None = None
    unknown: tuple[Unknown, ...] = ()


SHOWN = Shown(
    name="disk",
    fact=Disk,
    fields=("free_mib", "total_mib", "file_system", "read_only", "network_mount"),
    place=50,
)


def parse(readings: Readings) -> Disk:
    stated = readings.fields(SPACE)
    free, total = (_mib(stated.get(name)) for name in ("free_bytes", "total_bytes"))
    if free is None:
        return Disk(unknown=(unknown_from("disk", SPACE.key, readings.of(SPACE)),))
    kind, read_only = stated.get("file_system"), stated.get("read_only")
    kind = kind if isinstance(kind, str) and kind else None
    return Disk(
        free,
        total,
        kind,
        read_only if isinstance(read_only, bool) else None,
        kind.lower() in NETWORK if kind else None,
    )


def _mib(value: object) -> float | None:
    complete = isinstance(value, int) and not isinstance(value, bool)
    return value / MIB if complete and isinstance(value, int) and value >= 0 else None
