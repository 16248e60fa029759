"""What was done: the receipts by which it is known again, and taken back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Receipt:
    """What one step did: which paths are ours now, and what `doctor` compares later."""

    step: str
    at: str
    writes: tuple[str, ...] = ()
    details: Mapping[str, object] = field(default_factory=dict)
