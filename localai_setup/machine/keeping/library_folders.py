"""Where libraries lie that localai brought, because the system lacks them; for the engine alone."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from . import folders, plain_files
from .growing import GROWING

#: In the folder of a brought library; holds its pins, and after them the path to search in.
MARKER = "localai-library"
VARIABLE = "LD_LIBRARY_PATH"


def text(requirements: str, path: str) -> str:
    """What the marker says of a library that was brought with these pins."""
    return f"{requirements}{path}\n"


def environment() -> dict[str, str]:
    """What a process of the engine needs to find them; nothing where none was brought."""
    found = [str(folder) for folder in _installed()]
    before = os.environ.get(VARIABLE)
    return {VARIABLE: os.pathsep.join([*([before] if before else []), *found])} if found else {}


def _installed() -> Iterator[Path]:
    for marker in sorted((folders.folder("data") / "engines").glob(f"*/{MARKER}")):
        if GROWING not in marker.parent.name:
            try:
                yield marker.parent / plain_files.read_text(marker).splitlines()[-1]
            except (OSError, UnicodeDecodeError, IndexError):
                continue  # it was not brought whole
