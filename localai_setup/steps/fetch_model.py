"""Fetch a model's file and verify every byte of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from ..model.files import ModelFile
from ..model.progress import Report
from ..model.sizes import size_words
from ..model.workbench import Workbench


@dataclass(frozen=True)
class FetchModel:
    """One pinned file. `near` is where a server that is used keeps it, if it has it."""

    id: ClassVar[str] = "fetch-model"
    needs_root: ClassVar[bool] = False
    file: ModelFile
    near: str = ""

    @property
    def title(self) -> str:
        name = _origin(self.file)
        origin = name if self.file.repository else f"the package {name}"
        return f"Fetch {self.file.file} ({size_words(self.file.bytes)}) from {origin}"

    @property
    def downloads(self) -> tuple[dict[str, object], ...]:
        """What comes from elsewhere, as in `localai.plan/1`."""
        return ({"file": self.file.file, "from": _origin(self.file), "bytes": self.file.bytes},)

    def writes(self, machine: Workbench) -> tuple[str, ...]:
        return (str(machine.downloads.target(self.file)),)

    def found_at(self, machine: Workbench) -> str:
        """Where the file lies on this disk already; `apply` verifies and takes it from there."""
        return machine.downloads.found_at(self.file, self.near)

    def copied_bytes(self, machine: Workbench) -> int:
        """What a second copy of a file that lies on this disk already takes; 0 where none is made."""
        path = self.found_at(machine)
        return self.file.bytes if path and not machine.downloads.shares(self.file, path) else 0

    def done(self, machine: Workbench) -> bool:
        return machine.downloads.is_complete(self.file)

    def apply(self, machine: Workbench, report: Report) -> None:
        machine.downloads.fetch(self.file, report, self.near)

    def undo(self, machine: Workbench) -> None:
        machine.downloads.remove(self.file)

    def receipt(self, machine: Workbench) -> Mapping[str, object]:
        return machine.downloads.marks(self.file)


def _origin(file: ModelFile) -> str:
    """The repository or the package that it comes from."""
    return file.repository or (file.package.name if file.package else "")
