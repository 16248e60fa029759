"""How far a step is, for whoever shows it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Progress:
    """How far a step is, in bytes; `total` is None where nobody knows, or where nothing is moved.

    `detail` is what changes meanwhile, in a few words; shown where a line can be written anew. Where there
    is one, `done` and `total` may count other things than bytes.
    `resumed` bytes were here when it began. `step` of `steps` is being worked on, 0 where nobody counts.
    """

    what: str
    done: float = 0
    total: float | None = None
    detail: str = ""
    resumed: float = 0
    step: int = 0
    steps: int = 0


Report = Callable[[Progress], None]
