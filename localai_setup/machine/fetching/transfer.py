"""One pinned file over HTTP: resumed where it broke off, hashed while it arrives, complete or absent."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from ...model.errors import LocalaiError
from ...model.progress import Progress, Report
from ..keeping import patience
from . import blocks, disk
from .blocks import Block
from .connections import Connections
from .flushing import Flushing
from .hashing import Hashing
from .pace import Pace
from .segments import Segments

POLL_SECONDS = 0.02


@dataclass(frozen=True)
class FileRequest:
    """What to fetch. It grows in `part` and is given the name `target` once its hash is right.

    `origin` is where it comes from, in words; `refusals`: HTTP status → (what it means, what to do).
    """

    name: str
    url: str
    bytes: int
    sha256: str
    part: Path
    target: Path
    origin: str
    headers: Mapping[str, str] = field(default_factory=dict)
    refusals: Mapping[int, tuple[str, str]] = field(default_factory=dict)


def fetch(request: FileRequest, report: Report, pace: Pace | None = None) -> None:
    """Download with resume, over more than one connection where that is faster, at most at `pace`.

    Raises:
        LocalaiError: the other side refuses, keeps breaking off, or the bytes are others.
        OSError: the disk is full or read-only.

    """
    pace, segments = pace or Pace(), _present(request.part, request.bytes)
    resumed = segments.done > 0
    if not resumed:
        drop(request.part)
    found = _fill(request, segments, pace, report)
    if resumed and found != request.sha256:
        # what an earlier run left may be damaged: once more, all of it
        drop(request.part)
        found = _fill(request, Segments.in_order(request.bytes, 0), pace, report)
    put_in_place(request.name, request.part, request.target, request.sha256, found)


def _fill(request: FileRequest, segments: Segments, pace: Pace, report: Report) -> str:
    """Fetch what is missing; the hash of the file that results."""
    noted = blocks.read(request.part, request.bytes) or []
    request.part.touch()
    if not noted:
        blocks.begin(request.part, segments.contiguous)
    disk.reserve(request.part, request.bytes)
    connections = Connections(request, segments, pace)
    with closing(Flushing(request.part, segments)) as flushing:
        try:
            found = _follow(request, segments, noted, connections, report)
        finally:
            connections.stop()
        flushing.finish()
    return found


def drop(part: Path) -> None:
    """Throw away what has arrived."""
    patience.unlink(part)
    patience.unlink(blocks.log_of(part))


def present_bytes(part: Path, total: int) -> int:
    """How much of a file has arrived."""
    return _present(part, total).done


def _present(part: Path, total: int) -> Segments:
    """What an earlier run left: by the log, else by the size; nothing where that cannot be right."""
    nothing = Segments.in_order(total, 0)
    try:
        size = part.stat().st_size
        noted = blocks.read(part, total)
    except OSError:
        return nothing
    if noted is None:
        return Segments.in_order(total, size) if size <= total else nothing
    return Segments.of_blocks(total, noted)


def _follow(
    request: FileRequest,
    segments: Segments,
    noted: Sequence[Block],
    connections: Connections,
    report: Report,
) -> str:
    """Hash what has arrived in order while the connections fetch on; the hash of all of it."""
    before = segments.done
    with closing(Hashing(request.part, segments, noted)) as hashing:
        while hashing.done < request.bytes:
            connections.watch()
            if not hashing.advance():
                time.sleep(POLL_SECONDS)
            words = connections.words(request.name)
            report(Progress(words, segments.done, request.bytes, resumed=before))
        return hashing.hexdigest()


def put_in_place(name: str, part: Path, target: Path, expected_sha256: str, found: str) -> None:
    """Give a finished file its name, or delete it where its hash is wrong.

    Raises:
        LocalaiError: the hash is wrong.

    """
    if found != expected_sha256:
        drop(part)
        raise LocalaiError(
            f"{name} arrived with other bytes than its recipe promises, and was deleted.",
            f"Its sha256 is {found[:16]}…, it should be {expected_sha256[:16]}….",
            "A proxy or mirror may have altered it. Try again, on another network if you can.",
        )
    # without its log a part counts by its size, which is right
    patience.unlink(blocks.log_of(part))
    patience.replace(part, target)
