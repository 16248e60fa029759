"""How far a step is, for whoever shows it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Progress:
    """How far a step is, in bytes; `total` is None where nobody knows, or where nothing is moved."""

    what: str
    done: float = 0
    total: float | None = None


Report = Callable[[Progress], None]
