"""Fetch the file by which a model understands pictures (its projector, `mmproj`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from .fetch_model import FetchModel


@dataclass(frozen=True)
class FetchProjector(FetchModel):
    """One pinned file, with a receipt of its own beside that of the weights."""

    id: ClassVar[str] = "fetch-projector"
