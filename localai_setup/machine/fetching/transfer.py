"""One pinned file over HTTP: resumed where it broke off, hashed while it arrives, complete or absent."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ...model.errors import LocalaiError
from ...model.progress import Progress, Report
from ..keeping import patience
from ..keeping.writing import write_atomically
from .connections import Connections
from .segments import Segments, from_json

#: read at a time for the hash
CHUNK_BYTES = 4 * 1024 * 1024
POLL_SECONDS = 0.05
#: What a kill between two journals costs: this many seconds of a parallel download.
JOURNAL_SECONDS = 1.0


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

    @property
    def journal(self) -> Path:
        """Beside `part` while several connections fill it; without one its size says what is there."""
        return _journal(self.part)


def fetch(request: FileRequest, report: Report) -> None:
    """Download with resume, over more than one connection where that is faster.

    Raises:
        LocalaiError: the other side refuses, keeps breaking off, or the bytes are others.

    """
    segments = _present(request.part, request.bytes)
    resumed = segments.done > 0
    if not resumed:
        _drop(request.part)
    found = _fill(request, segments, report)
    if resumed and found != request.sha256:
        # what an earlier run left may be damaged: once more, all of it
        _drop(request.part)
        found = _fill(request, Segments.in_order(request.bytes, 0), report)
    put_in_place(request.name, request.part, request.target, request.sha256, found)
    patience.unlink(request.journal)


def _fill(request: FileRequest, segments: Segments, report: Report) -> str:
    """Fetch what is missing; the hash of the file that results."""
    request.part.touch()
    connections = Connections(request, segments)
    try:
        found = _follow(request, segments, connections, report)
    finally:
        connections.stop()
        _save(request, segments)
    _sync(request.part)
    return found


def _drop(part: Path) -> None:
    patience.unlink(part)
    patience.unlink(_journal(part))


def present_bytes(part: Path, total: int) -> int:
    """How much of a file has arrived; what it takes of the disk already."""
    return _present(part, total).done


def _present(part: Path, total: int) -> Segments:
    """What an earlier run left: by the journal, else by the size; nothing where that cannot be right."""
    nothing = Segments.in_order(total, 0)
    try:
        if not part.exists():
            return nothing
        return from_json(_journal(part).read_text("utf-8"), total) or nothing
    except FileNotFoundError:
        # one connection needs no journal
        size = part.stat().st_size
        return Segments.in_order(total, size) if size <= total else nothing
    except (OSError, UnicodeDecodeError):
        return nothing


def _journal(part: Path) -> Path:
    return part.with_name(part.name + ".json")


def _follow(
    request: FileRequest, segments: Segments, connections: Connections, report: Report
) -> str:
    """Hash what has arrived in order while the connections fetch on; the hash of all of it."""
    digest, hashed, saved = hashlib.sha256(), 0, time.monotonic()
    with request.part.open("rb", buffering=0) as file:
        while hashed < request.bytes:
            ready = min(CHUNK_BYTES, segments.contiguous - hashed)
            if ready:
                piece = file.read(ready)
                digest.update(piece)
                hashed += len(piece)
            else:
                connections.watch(lambda: _save(request, segments))
                time.sleep(POLL_SECONDS)
            report(Progress(connections.words(request.name), segments.done, request.bytes))
            if time.monotonic() - saved > JOURNAL_SECONDS:
                saved = time.monotonic()
                _save(request, segments)
                connections.watch(lambda: _save(request, segments))
    return digest.hexdigest()


def _save(request: FileRequest, segments: Segments) -> None:
    if len(segments.items) > 1 and request.part.exists():
        write_atomically(request.journal, segments.to_json().encode())


def _sync(part: Path) -> None:
    with part.open("r+b") as file:
        os.fsync(file.fileno())


def put_in_place(name: str, part: Path, target: Path, expected_sha256: str, found: str) -> None:
    """Give a finished file its name, or delete it where its hash is wrong.

    Raises:
        LocalaiError: the hash is wrong.

    """
    if found != expected_sha256:
        _drop(part)
        raise LocalaiError(
            f"{name} arrived with other bytes than its recipe promises, and was deleted.",
            f"Its sha256 is {found[:16]}…, it should be {expected_sha256[:16]}….",
            "A proxy or mirror may have altered it. Try again, on another network if you can.",
        )
    patience.replace(part, target)
