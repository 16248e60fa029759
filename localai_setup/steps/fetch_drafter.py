"""Fetch the file that guesses the model's next tokens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from .fetch_model import FetchModel


@dataclass(frozen=True)
class FetchDrafter(FetchModel):
    """One pinned file, with a receipt of its own beside that of the weights."""

    id: ClassVar[str] = "fetch-drafter"
