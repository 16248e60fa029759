"""Set the rights of our own files right, and let go of locks that nobody holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from ..model.plan import Report


@dataclass(frozen=True)
class OwnFiles:
    """Has no fields, so that it can be run where the saved plan of an older version lacks it."""

    id: ClassVar[str] = "own-files"
    title: ClassVar[str] = "Set the rights of localai's own files right"
    needs_root: ClassVar[bool] = False

    def writes(self, _machine: Any) -> tuple[str, ...]:
        return ()

    def done(self, machine: Any) -> bool:
        return bool(machine.own_files.is_well())

    def apply(self, machine: Any, _report: Report) -> None:
        machine.own_files.mend()

    def undo(self, machine: Any) -> None:
        """Rights that were wrong are not brought back."""

    def receipt(self, _machine: Any) -> Mapping[str, Any]:
        return {}
