"""What the flags of `init` and `plan` ask for."""

from __future__ import annotations

from dataclasses import dataclass

from ..model.settings import AUTO


@dataclass(frozen=True)
class Request:
    """As it was typed, and never changed. Empty means that it is asked, or chosen.

    `build` and `quantization` have no flag: an upgrade keeps what was chosen. Nor has `kept_at`.
    """

    use: str | None = None
    recipe: str | None = None
    model: str | None = None
    engine: str | None = None
    context: int = 0
    yes: bool = False
    accept_licence: tuple[str, ...] = ()
    dry_run: bool = False
    why: bool = False
    drafting: str = AUTO
    leave_mib: int | None = None
    allow_system_changes: bool = False
    build: str = ""
    quantization: str = ""
    max_rate: str = ""
    #: the file behind the name `model`, where an engine here keeps one under it
    kept_at: str = ""

    @property
    def names_model(self) -> bool:
        """Whether a use or a model was asked for, so that another one is no answer."""
        return bool(self.use or self.recipe or self.model)

    @property
    def is_specific(self) -> bool:
        """Whether anything in particular was asked for."""
        return bool(
            self.names_model
            or self.engine
            or self.context
            or self.drafting != AUTO
            or self.leave_mib is not None
        )
