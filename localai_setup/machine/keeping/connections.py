"""The programs whose settings we wrote: what they were told, and their files as they were before."""

from __future__ import annotations

import hashlib
import json
import os
import re
import sys
import time
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from ...model.decoding import DecodeError, decode
from ...model.errors import LocalaiError
from ...model.sizes import size_words
from . import folders, kept_json, patience, plain_files
from .writing import write_atomically

SCHEMA = "localai.connections/1"
#: a settings file that holds more is none that a person keeps
MAX_BYTES = 8 * 1024**2
#: it holds a key, so its owner alone may read it, where it was not there before
NEW_FILE_MODE = 0o600
#: a program whose row does not name it
NAMELESS = "a program without a name"
_PROGRAM = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
#: the permissions of the group and of everybody
OTHERS = 0o077


@dataclass(frozen=True)
class Connected:
    """One program. Our part of `file`, in `format`, lies as text in `part`; `kept` is the copy of the file
    of before, empty where there was none; `written` the sha256 of what we wrote; `made` the folders that
    were made for it, the deepest first; `mode` the permissions that were narrowed as a key was written.
    The key stands in the copies alone, which no recording holds.
    """

    program: str
    file: str
    format: str
    part: str
    address: str
    model: str
    written: str
    kept: str = ""
    made: tuple[str, ...] = ()
    mode: int | None = None


@dataclass(frozen=True)
class _Document:
    programs: tuple[object, ...] = ()


@dataclass(frozen=True)
class _Record:
    """`left_out` are the rows that cannot be used, as they stand there; `is_lost`: nothing can be read."""

    programs: tuple[Connected, ...] = ()
    left_out: tuple[object, ...] = ()
    is_lost: bool = False


def path() -> Path:
    return folders.folder("state") / "connections.json"


def copies() -> Path:
    """The folder of the files as they were before."""
    return folders.folder("state") / "connected"


def all_copies() -> list[Path]:
    """Those that are there, whether or not the record names them."""
    return sorted(copies().glob("*"))


def load() -> dict[str, Connected]:
    """Program → what was written for it; without those whose part of the record is damaged."""
    return {one.program: one for one in _read().programs}


def is_damaged() -> bool:
    """Whether some or all of the record cannot be used, so that nobody knows whose copies those are."""
    found = _read()
    return found.is_lost or bool(found.left_out or _aside())


def may_be_damaged(program: str) -> bool:
    """Whether what was written for this one may stand in a damaged part of the record."""
    names = left_out()
    is_lost = _read().is_lost or bool(_aside())
    return is_lost or program in names or NAMELESS in names


def records() -> list[Path]:
    """The record, and those that could not be read and were set aside."""
    return [path(), *_aside()]


def _aside() -> list[Path]:
    return sorted(path().parent.glob(f"{path().name}.damaged-*"))


def left_out() -> list[str]:
    """The programs whose part of the record is damaged, as far as they can be named."""
    rows = _read().left_out
    named = (row.get("program") if isinstance(row, Mapping) else None for row in rows)
    return [one if isinstance(one, str) and _PROGRAM.fullmatch(one) else NAMELESS for one in named]


def _read() -> _Record:
    if not path().exists():
        return _Record()
    found = kept_json.read(_Document, path())
    if found is None:
        return _Record(is_lost=True)
    read = [(row, _connected(row)) for row in found.programs]
    good = tuple(one for _, one in read if one)
    return _Record(good, tuple(row for row, one in read if one is None))


def _connected(row: object) -> Connected | None:
    """One row; None where it is damaged."""
    try:
        one = decode(Connected, row)
    except DecodeError:
        return None
    return one if _is_ours(one) else None


def _is_ours(one: Connected) -> bool:
    """Whether its copies lie in our folder, and the folders made for it above its file: what is removed
    later is told by a record that anything may have damaged.
    """
    if not all(map(_can_be_path, (one.file, one.kept, one.part, *one.made))):
        return False
    if not Path(one.file).is_absolute():
        return False
    ours = copies().resolve()
    lie_here = all(not name or Path(name).parent.resolve() == ours for name in (one.kept, one.part))
    # folders that were missing are the innermost ones
    nearest = [str(above) for above in Path(one.file).parents][: len(one.made)]
    return lie_here and sorted(nearest) == sorted(one.made)


def _can_be_path(name: str) -> bool:
    try:
        return b"\0" not in os.fsencode(name)
    except UnicodeEncodeError:
        return False


def keep(one: Connected) -> None:
    """Add a program, or replace it."""
    _save([*(other for other in load().values() if other.program != one.program), one])


def forget(one: Connected) -> None:
    """Remove a program from the record, and its copy."""
    _save(other for other in load().values() if other.program != one.program)
    for copy in (one.kept, one.part):
        if copy:
            patience.unlink(Path(copy))


def _save(programs: Iterable[Connected]) -> None:
    """What is damaged stays as it is: a row in its place, a file that cannot be read under another name."""
    before = _read()
    if before.is_lost:
        _set_aside(path())
    rows = [*map(asdict, programs), *before.left_out]
    document = {"schema": SCHEMA, "programs": rows}
    write_atomically(path(), json.dumps(document, indent=1).encode())


def _set_aside(file: Path) -> None:
    patience.replace(file, file.with_name(f"{file.name}.damaged-{time.time_ns()}"))


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def content(file: Path) -> bytes | None:
    """What the file holds; None where it is not there.

    Raises:
        LocalaiError: it cannot be read, or is no file of settings.

    """
    try:
        if file.stat().st_size > MAX_BYTES:
            raise _unusable(file, f"it is larger than {size_words(MAX_BYTES)}")
        return plain_files.read_bytes(file)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _unusable(file, error.strerror or str(error)) from None


def _unusable(file: Path, why: str) -> LocalaiError:
    return LocalaiError(
        f"{file} cannot be changed: {why}.",
        "Nothing was changed.",
        "Without `--yes` the settings are printed, to be put there by hand.",
    )


def open_mode(file: Path) -> int | None:
    """The permissions of a file that others than its owner may read or write; None for any other, and on
    Windows, where these permissions are none.
    """
    if sys.platform == "win32" or not file.exists():
        return None
    mode = file.stat().st_mode & 0o7777
    return mode if mode & OTHERS else None


def restore_mode(file: Path, mode: int | None) -> None:
    """Let others read the file again as they could by `mode`."""
    if mode is not None and file.exists():
        file.chmod((file.stat().st_mode & 0o7777) | (mode & OTHERS))


def write(file: Path, content_: bytes, *, private: bool = False) -> tuple[str, ...]:
    """Replace the file's content, its permissions kept, or its owner's alone where it is `private`; the
    folders that had to be made for it.

    Raises:
        LocalaiError: it cannot be written.

    """
    missing = [str(one) for one in file.parents if not one.exists()]
    try:
        mode = file.stat().st_mode & 0o7777 if file.exists() else NEW_FILE_MODE
        write_atomically(file, content_, mode & ~OTHERS if private else mode)
    except OSError as error:
        raise _unusable(file, error.strerror or str(error)) from None
    return tuple(missing)


def copied(name: str, content_: bytes) -> str:
    """Keep what a file held before, or our part of it; the copy's path. One that may be of a damaged row
    is never written over.
    """
    kept = copies() / name
    claimed = {file for one in load().values() for file in (one.kept, one.part)}
    if is_damaged() and kept.exists() and str(kept) not in claimed:
        _set_aside(kept)
    write_atomically(kept, content_)
    return str(kept)


def remove(file: Path, made: Iterable[str]) -> None:
    """Remove a file that was not there before, and the folders made for it that are empty now."""
    try:
        patience.unlink(file)
    except OSError as error:
        raise _unusable(file, error.strerror or str(error)) from None
    for folder in made:
        try:
            Path(folder).rmdir()
        except OSError:
            return
