"""What was asked for."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Wish:
    """An empty field leaves it to the match. `build` names one build of an engine."""

    use: str = "chat"
    model: str = ""
    context: int = 0
    build: str = ""
