"""Which problems were still there after their repair, so that it is not recommended again."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping
from pathlib import Path

from . import folders, plain_files
from .writing import write_atomically


def known() -> dict[str, str]:
    """Id of a problem → what was found before and after its repair."""
    try:
        found = json.loads(plain_files.read_text(_file()))
    except (OSError, ValueError, RecursionError):
        return {}
    fits = isinstance(found, dict) and all(isinstance(one, str) for one in found.values())
    return found if fits else {}


def remember(failed: Mapping[str, str]) -> None:
    """Keep these and no others; where that cannot be written, a repair is tried once more."""
    if failed == known():
        return
    with contextlib.suppress(OSError):
        write_atomically(_file(), json.dumps(dict(failed)).encode())


def _file() -> Path:
    return folders.folder("state") / "failed-repairs.json"
