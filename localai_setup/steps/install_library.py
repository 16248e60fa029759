"""Bring a shared library that the system lacks, for the engine alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from ..model.progress import Progress, Report
from ..model.sizes import size_words
from ..model.workbench import Workbench


@dataclass(frozen=True)
class InstallLibrary:
    """`library` is the name that the loader searches for, `path` the folder in the package that holds it.

    `name` is the package with its version, `requirements` pip's pin with its hashes.
    """

    id: ClassVar[str] = "install-library"
    needs_root: ClassVar[bool] = False
    library: str
    name: str
    requirements: str
    path: str
    bytes: int
    licence: str

    @property
    def title(self) -> str:
        size = size_words(self.bytes)
        return f"Bring {self.library}, missing here: {self.name} ({size}; {self.licence})"

    @property
    def downloads(self) -> tuple[dict[str, object], ...]:
        """What comes from elsewhere, as in `localai.plan/1`."""
        return ({"file": self.library, "from": self.name, "bytes": self.bytes},)

    def writes(self, machine: Workbench) -> tuple[str, ...]:
        return (str(machine.libraries.folder(self.name)),)

    def done(self, machine: Workbench) -> bool:
        return machine.libraries.is_complete(self.name, self.requirements, self.path, self.library)

    def apply(self, machine: Workbench, report: Report) -> None:
        report(Progress(f"{self.library}, from the package index"))
        machine.libraries.install(self.name, self.requirements, self.path)

    def undo(self, machine: Workbench) -> None:
        machine.libraries.remove(self.name)

    def receipt(self, machine: Workbench) -> Mapping[str, object]:
        return {"folder": str(machine.libraries.folder(self.name))}
