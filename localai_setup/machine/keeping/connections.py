"""The programs whose settings we wrote: what they were told, and their files as they were before."""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from ...model.errors import LocalaiError
from ...model.sizes import size_words
from . import folders, kept_json, patience
from .writing import write_atomically

SCHEMA = "localai.connections/1"
#: a settings file that holds more is none that a person keeps
MAX_BYTES = 8 * 1024**2
#: it holds a key, so its owner alone may read it, where it was not there before
NEW_FILE_MODE = 0o600
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
    programs: tuple[Connected, ...] = ()


def path() -> Path:
    return folders.folder("state") / "connections.json"


def copies() -> Path:
    """The folder of the files as they were before."""
    return folders.folder("state") / "connected"


def all_copies() -> list[Path]:
    """Those that are there, whether or not the record names them."""
    return sorted(copies().glob("*"))


def load() -> dict[str, Connected]:
    """Program → what was written for it; nothing where the record is missing or damaged."""
    found = _read() or _Document()
    return {one.program: one for one in found.programs}


def is_damaged() -> bool:
    """Whether the record is there and cannot be read, so that nobody knows whose copies those are."""
    return path().exists() and _read() is None


def _read() -> _Document | None:
    found = kept_json.read(_Document, path())
    return found if found and all(map(_is_ours, found.programs)) else None


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
    document = {"schema": SCHEMA, "programs": [asdict(one) for one in programs]}
    write_atomically(path(), json.dumps(document, indent=1).encode())


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
        return file.read_bytes()
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
    """Keep what a file held before, or our part of it; the copy's path."""
    kept = copies() / name
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
