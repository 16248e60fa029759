"""What the flags of `init` and `plan` ask for."""

from __future__ import annotations

from dataclasses import dataclass

from ._brought import Brought


@dataclass(frozen=True)
class Wanted:
    """Empty means that it is asked, or chosen. `brought` is what `model` led to, where no recipe has it."""

    use: str | None = None
    recipe: str | None = None
    model: str | None = None
    engine: str | None = None
    context: int = 0
    yes: bool = False
    accept_licence: tuple[str, ...] = ()
    dry_run: bool = False
    why: bool = False
    brought: Brought | None = None

    @property
    def a_model(self) -> bool:
        """Whether a use or a model was asked for, so that another one is no answer."""
        return bool(self.use or self.recipe or self.model)

    @property
    def anything(self) -> bool:
        """Whether anything in particular was asked for."""
        return bool(self.a_model or self.engine or self.context)
