"""Model files on this disk: ours, and those that other programs keep under their hash."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from ... import engines
from ...model.files import FurtherPart, ModelFile, OwnModelFile
from ..running.responding import responds
from . import folders, plain_files

CHUNK_BYTES = 1024 * 1024


def target(file: ModelFile) -> Path:
    """Where we keep it, or where a person's own lies."""
    if isinstance(file, OwnModelFile):
        return Path(file.here)
    first = file.first_sha256 if isinstance(file, FurtherPart) else file.sha256
    return kept(first, file.file)


def kept(sha256: str, name: str) -> Path:
    """Where we keep a file. The hash keeps two files of one name apart."""
    return folders.hashed(folders.folder("data") / "models", sha256, name)


def part(file: ModelFile) -> Path:
    """Where it grows while it arrives; never taken for whole."""
    complete = target(file)
    return complete.with_name(complete.name + ".part")


def is_present(file: ModelFile) -> bool:
    """Whether all of it is there with its size; its bytes are not looked at (see `verified.py`)."""
    try:
        return all(target(one).stat().st_size == one.bytes for one in file.each)
    except OSError:
        return False


def is_on_this_disk(file: ModelFile) -> bool:
    """Whether nothing of it has to be fetched: each part is ours, or lies where another program keeps it."""
    return all(is_present(one) or any(elsewhere(one)) for one in file.each)


def sha256_of(path: Path, seen: Callable[[int], None] = lambda _: None) -> str:
    """Hash a file piece by piece; `seen` is told how many bytes are done."""
    digest, done = hashlib.sha256(), 0
    with plain_files.opened(path) as source:
        while piece := source.read(CHUNK_BYTES):
            digest.update(piece)
            done += len(piece)
            seen(done)
    return digest.hexdigest()


def marks(path: Path, sha256: str) -> dict[str, Any]:
    """What tells later whether this very file, with this hash, still lies there."""
    found = path.stat()
    return {"path": str(path), "bytes": found.st_size, "mtime_ns": found.st_mtime_ns,
            "ctime_ns": found.st_ctime_ns, "inode": found.st_ino, "sha256": sha256}  # fmt: skip


def elsewhere(file: ModelFile, near: str = "") -> Iterator[Path]:
    """Files of this size that other programs keep under this hash or name. Read, never changed.

    `near` is a further place, empty for none.
    """
    further = (Path(near),) if near else ()
    for path in (*further, *_engine_blobs(file), *_hub_cache(file)):
        if not responds(str(path.parent)):
            continue
        try:
            if path.stat().st_size == file.bytes:
                yield path
        except OSError:
            continue


def _engine_blobs(file: ModelFile) -> Iterator[Path]:
    return (path for _, path in engine_blobs(file.sha256))


def engine_blobs(sha256: str) -> Iterator[tuple[str, Path]]:
    """Each engine's name, and where it keeps a file of this hash; a place whose variable is not set is none."""
    for engine in engines.known().values():
        for place in engine.BLOB_PLACES:
            path = os.path.expandvars(os.path.expanduser(place.format(sha256=sha256)))
            if not path.startswith("$"):
                yield engine.NAME, Path(path)


def hub_cache() -> Path:
    """Where huggingface_hub keeps what it downloads."""
    home = os.environ.get("HF_HOME") or os.path.expanduser("~/.cache/huggingface")
    return Path(os.environ.get("HF_HUB_CACHE") or Path(home) / "hub")


def _hub_cache(file: ModelFile) -> Iterator[Path]:
    if not file.repository:
        return
    folder = hub_cache() / f"models--{file.repository.replace('/', '--')}"
    yield folder / "blobs" / file.sha256
    yield folder / "snapshots" / file.revision / file.file
