"""Where the recipes lie: in the wheel, beside the package in a checkout, and the user's own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ... import __file__ as package_file
from . import folders, plain_files

PACKAGE = Path(package_file).parent


def shipped_folder() -> Path:
    """`recipes/` of the wheel, or of the checkout that an editable install points to."""
    inside = PACKAGE / "recipes" / "shipped"
    return inside if inside.is_dir() else PACKAGE.parent / "recipes"


def texts() -> Iterator[tuple[str, str]]:
    """(name, text) of every shipped recipe, then of the user's own, which win."""
    yield from shipped_texts()
    yield from _texts(folders.folder("config") / "recipes")


def shipped_texts() -> Iterator[tuple[str, str]]:
    """(name, text) of every shipped recipe."""
    return _texts(shipped_folder())


def shipped_ids(kind: str) -> list[str]:
    """The ids of the shipped recipes of a folder (`engines`), which their files are named after."""
    return sorted(path.stem for path in (shipped_folder() / kind).glob("*.yaml"))


def _texts(folder: Path) -> Iterator[tuple[str, str]]:
    for path in sorted(folder.rglob("*.yaml")):
        yield str(path), plain_files.read_text(path, errors="replace")
