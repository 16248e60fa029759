"""One pinned file over HTTP: resumed where it broke off, hashed while it arrives, whole or not at all."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from ...model.errors import LocalaiError
from ...model.progress import Progress, Report
from ..keeping import model_files
from . import replies

if TYPE_CHECKING:
    import httpx

#: A line that gives nothing for this long is cut; what arrived is kept and resumed.
STALL_SECONDS = 30.0
TRIES = 5
PAUSE_SECONDS = 1.0
PIECE_BYTES = 256 * 1024
CHUNK_BYTES = 1024 * 1024


@dataclass(frozen=True)
class Wanted:
    """What to fetch. It grows in `part` and is given the name `target` once its hash is right.

    `refusals`: HTTP status → (what it means, what to do).
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


def fetch(wanted: Wanted, report: Report) -> None:
    """Download with resume.

    Raises:
        LocalaiError: the other side refuses, keeps breaking off, or the bytes are others.

    """
    import httpx

    trouble: httpx.HTTPError | httpx.InvalidURL | None = None
    for _ in range(TRIES):
        with httpx.Client(follow_redirects=True, timeout=STALL_SECONDS) as client:
            try:
                _receive(client, wanted, report)
            except (httpx.HTTPError, httpx.InvalidURL) as error:
                trouble = error
            else:
                return
        time.sleep(PAUSE_SECONDS)
    raise LocalaiError(
        f"{wanted.name} could not be fetched from {wanted.origin}: {trouble or 'no reason given'}.",
        "What arrived so far is kept.",
        "Check the network and run the same command again; it goes on where it stopped.",
    )


def put_in_place(name: str, part: Path, target: Path, wanted_sha256: str, found: str) -> None:
    """Give a finished file its name, or delete it where its hash is wrong.

    Raises:
        LocalaiError: the hash is wrong.

    """
    if found != wanted_sha256:
        part.unlink()
        raise LocalaiError(
            f"{name} arrived with other bytes than its recipe promises, and was deleted.",
            f"Its sha256 is {found[:16]}…, it should be {wanted_sha256[:16]}….",
            "A proxy or mirror may have altered it. Try again, on another network if you can.",
        )
    os.replace(part, target)


def _receive(client: httpx.Client, wanted: Wanted, report: Report) -> None:
    have = wanted.part.stat().st_size if wanted.part.exists() else 0
    if have >= wanted.bytes:
        if have == wanted.bytes and model_files.sha256_of(wanted.part) == wanted.sha256:
            os.replace(wanted.part, wanted.target)
            return
        wanted.part.unlink()
        have = 0
    headers = {**wanted.headers, "Range": f"bytes={have}-"}
    with client.stream("GET", wanted.url, headers=headers) as reply:
        _check(reply, wanted)
        resumed = reply.status_code == HTTPStatus.PARTIAL_CONTENT and have > 0
        with wanted.part.open("r+b" if resumed else "wb") as out:
            digest, done = _write(reply, out, have if resumed else 0, wanted, report)
    if done < wanted.bytes:
        raise replies.cut(reply)
    put_in_place(wanted.name, wanted.part, wanted.target, wanted.sha256, digest)


def _write(
    reply: httpx.Response, out: BinaryIO, have: int, wanted: Wanted, report: Report
) -> tuple[str, int]:
    """The hash and the number of all bytes, those that were there before included."""
    digest, done = hashlib.sha256(), have
    for piece in _kept(out, have):
        digest.update(piece)
    for piece in reply.iter_bytes(PIECE_BYTES):
        out.write(piece)
        digest.update(piece)
        done += len(piece)
        if done > wanted.bytes:
            break
        report(Progress(wanted.name, done, wanted.bytes))
    out.flush()
    os.fsync(out.fileno())
    return digest.hexdigest(), done


def _kept(source: BinaryIO, have: int) -> Iterator[bytes]:
    """What is there already, for the hash; leaves the position at its end."""
    left = have
    while left and (piece := source.read(min(left, CHUNK_BYTES))):
        left -= len(piece)
        yield piece


def _check(reply: httpx.Response, wanted: Wanted) -> None:
    if reply.status_code == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
        wanted.part.unlink(missing_ok=True)
    replies.check(reply, wanted.name, wanted.origin, wanted.refusals)
