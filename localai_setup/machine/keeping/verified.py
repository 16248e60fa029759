"""Which model files were hashed and found right, so that they need not be read again."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Any

from . import folders, model_files, plain_files
from .writing import write_atomically

#: Of more files than this the oldest are read again.
MOST_FILES = 200


def knows(path: Path, sha256: str) -> bool:
    """Whether this very file (place, size, times, inode) was found to have this hash."""
    try:
        return bool(_known().get(str(path)) == model_files.marks(path, sha256))
    except OSError:
        return False


def digest(path: Path) -> str | None:
    """The hash that this very file was found to have; None where it has to be read."""
    try:
        known = _known().get(str(path)) or {}
        sha256 = str(known.get("sha256", ""))
        return sha256 if sha256 and known == model_files.marks(path, sha256) else None
    except (OSError, AttributeError):
        return None


def remember(path: Path, sha256: str) -> None:
    """Keep that its bytes were right; where that cannot be written, they are read again next time."""
    with contextlib.suppress(OSError):
        known = {k: v for k, v in _known().items() if k != str(path)}
        known[str(path)] = model_files.marks(path, sha256)
        kept = dict(list(known.items())[-MOST_FILES:])
        write_atomically(_record(), json.dumps({"files": kept}).encode())


def _known() -> dict[str, Any]:
    """File → its marks. Empty where the record is damaged, or of an older version."""
    try:
        files = json.loads(plain_files.read_text(_record()))["files"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return {}
    return files if isinstance(files, dict) else {}


def _record() -> Path:
    return folders.folder("cache") / "verified.json"
