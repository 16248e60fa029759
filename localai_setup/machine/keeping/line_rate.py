"""How fast this computer's line was at the last large download, to tell how long the next one takes."""

from __future__ import annotations

import contextlib
from pathlib import Path

from . import folders, plain_files
from .writing import write_atomically

#: Less than this says more about the beginning of a connection than about the line.
LEAST_BYTES = 20_000_000


def path() -> Path:
    return folders.folder("state") / "line-rate"


def load() -> float | None:
    """Bytes per second; None where nothing large was fetched yet."""
    try:
        rate = float(plain_files.read_text(path(), "ascii"))
    except (OSError, ValueError):
        return None
    return rate if 0 < rate < float("inf") else None


def keep(received_bytes: int, seconds: float) -> None:
    """Remember it where it says anything. A disk that takes no more writes costs an estimate, no download."""
    if received_bytes >= LEAST_BYTES and seconds > 0:
        with contextlib.suppress(OSError):
            write_atomically(path(), f"{received_bytes / seconds:.0f}".encode())
