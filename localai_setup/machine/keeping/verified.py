"""Which model files were hashed and found good, so that the next doctor need not read them again."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

from . import folders, model_files
from .writing import write_atomically


def knows(path: Path, sha256: str) -> bool:
    """Whether this very file (place, size, times, inode) was found to have this hash."""
    try:
        return bool(
            json.loads(_record().read_text(encoding="utf-8")) == model_files.marks(path, sha256)
        )
    except (OSError, ValueError):
        return False


def remember(path: Path, sha256: str) -> None:
    """Keep that its bytes were right; where that cannot be written, they are read again next time."""
    with contextlib.suppress(OSError):
        write_atomically(_record(), json.dumps(model_files.marks(path, sha256)).encode())


def _record() -> Path:
    return folders.folder("cache") / "verified.json"
