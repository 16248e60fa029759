"""Use the file that guesses the model's next tokens where it lies: a person's own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from .use_model import UseModel


@dataclass(frozen=True)
class UseDrafter(UseModel):
    """With a receipt of its own beside that of the weights."""

    id: ClassVar[str] = "use-drafter"
