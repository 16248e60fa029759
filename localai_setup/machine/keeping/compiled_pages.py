"""The compiled pages of a checkout, kept so that a page is compiled again only when it changes.

They lie beside the pages, as Python's own compiled files do, or in the cache folder where the
checkout cannot be written to. What is kept is used only if it is ours, whole, and made by this code.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import stat
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ...model.known import KnownProblem
from ...problems import compiled
from . import folders
from .writing import write_atomically

#: The code that decides what a page becomes: after a change of it all pages are compiled again.
CODE = (
    "problems",
    "problems/remedies.yaml",
    "recipes",
    "model/finding.py",
    "model/known.py",
    "model/textvalue.py",
)
MAX_BYTES = 64 * 1024**2
#: path below the folder → (time of the last change in ns, bytes)
Marks = dict[str, list[int]]


def problems(folder: Path) -> dict[str, KnownProblem]:
    """Every problem of the pages `<layer>/<id>.yaml` in the folder, by id.

    Raises:
        RecipeError: a page is wrong.

    """
    marks, code = _marks(folder.glob("*/*.yaml"), folder), _code(folder.parent)
    kept = _kept(folder, code)
    if kept.get("marks") != marks:
        kept = {"code": code, "marks": marks, "rows": _rows(folder, marks, kept)}
        _keep(folder, kept)
    return compiled.by_id(kept["rows"].values())


def _rows(folder: Path, marks: Marks, kept: dict[str, Any]) -> dict[str, Any]:
    """Page → its compiled row: the kept one where the page is as it was."""
    old, rows = kept.get("marks", {}), kept.get("rows", {})
    return {
        page: rows[page] if page in rows and old.get(page) == mark else _row(folder / page)
        for page, mark in marks.items()
    }


def _row(path: Path) -> Any:
    from ...problems.compiling import compile_page

    return compiled.row(compile_page(path.stem, path.read_text(encoding="utf-8")))


def _marks(paths: Iterable[Path], root: Path) -> Marks:
    found = ((path, path.stat()) for path in sorted(paths))
    return {path.relative_to(root).as_posix(): [of.st_mtime_ns, of.st_size] for path, of in found}


def _code(package: Path) -> str:
    places = (package / name for name in CODE)
    files = (
        file for place in places for file in ([place] if place.is_file() else place.glob("*.py"))
    )
    return f"{sys.version_info[:2]} {_marks(files, package)}"


def _places(folder: Path) -> tuple[Path, Path]:
    """Beside the pages, and in the cache, where each checkout has its own."""
    name = hashlib.sha256(str(folder).encode("utf-8", "surrogateescape")).hexdigest()[:16]
    return folder / "__pycache__" / "problems.json", folders.folder(
        "cache"
    ) / f"problems-{name}.json"


def _kept(folder: Path, code: str) -> dict[str, Any]:
    """What was kept by this very code, or nothing."""
    for place in _places(folder):
        with contextlib.suppress(OSError, ValueError, RecursionError):
            digest, _, content = _own_bytes(place).partition(b"\n")
            if digest == _digest(content):
                kept: dict[str, Any] = json.loads(content)
                return kept if kept["code"] == code else {}
    return {}


def _digest(content: bytes) -> bytes:
    return hashlib.sha256(content).hexdigest().encode()


def _own_bytes(place: Path) -> bytes:
    """The content of a plain file that nobody else could have written.

    Raises:
        OSError: it is another kind of file, too large, or somebody else's.

    """
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    with open(place, "rb", opener=lambda path, _: os.open(path, flags)) as file:
        of = os.fstat(file.fileno())
        if not stat.S_ISREG(of.st_mode) or of.st_size > MAX_BYTES or not _is_ours(of):
            raise OSError(f"{place} is not ours")
        return file.read()


def _is_ours(of: os.stat_result) -> bool:
    if sys.platform == "win32":
        return True
    return of.st_uid == os.getuid() and not of.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def _keep(folder: Path, kept: dict[str, Any]) -> None:
    """In the first place that can be written to; nowhere is slower, and no trouble."""
    content = json.dumps(kept).encode()
    for place in _places(folder):
        with contextlib.suppress(OSError):
            write_atomically(place, _digest(content) + b"\n" + content)
            return
