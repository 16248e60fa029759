"""Repair the permissions of our own files, and release locks that nobody holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from ..model.progress import Report
from ..model.workbench import Workbench


@dataclass(frozen=True)
class OwnFiles:
    """Has no fields, so that it can be run where the saved plan of an older version lacks it."""

    id: ClassVar[str] = "own-files"
    title: ClassVar[str] = "Repair the permissions of localai's own files"
    needs_root: ClassVar[bool] = False

    def writes(self, _machine: Workbench) -> tuple[str, ...]:
        return ()

    def done(self, machine: Workbench) -> bool:
        return machine.own_files.are_usable()

    def apply(self, machine: Workbench, _report: Report) -> None:
        machine.own_files.repair()

    def undo(self, machine: Workbench) -> None:
        """Permissions that were wrong are not brought back."""

    def receipt(self, _machine: Workbench) -> Mapping[str, object]:
        return {}
