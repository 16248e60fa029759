"""The measured speed of main memory on disk, so that it is measured once."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from ..running import memory_speed
from . import folders, kept_json
from .writing import write_atomically


@dataclass(frozen=True)
class Measured:
    """GB/s read by this many threads together; other threads, or another size of memory, count anew."""

    gbps: float
    threads: int
    total_mib: int


def path() -> Path:
    return folders.folder("state") / "memory-speed.json"


def gbps(threads: int, total_mib: int) -> float | None:
    """What was measured here before, else a measurement now, which is kept where we have a folder."""
    kept = kept_json.read(Measured, path())
    if kept and (kept.threads, kept.total_mib) == (threads, total_mib) and kept.gbps > 0:
        return kept.gbps
    found = memory_speed.read_gbps(threads)
    if found and path().parent.is_dir():
        write_atomically(path(), json.dumps(asdict(Measured(found, threads, total_mib))).encode())
    return found
