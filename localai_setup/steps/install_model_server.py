"""Install a program that serves models, from its release archives, into a folder of ours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from ..model.engine import ReleaseFile
from ..model.progress import Report
from ..model.sizes import size_words
from ..model.workbench import Workbench


@dataclass(frozen=True)
class InstallModelServer:
    """`name` is the build's, `about_bytes` what its archives have together where nobody counted them."""

    id: ClassVar[str] = "install-model-server"
    needs_root: ClassVar[bool] = False
    name: str
    engine: str
    files: tuple[ReleaseFile, ...]
    about_bytes: int = 0

    @property
    def title(self) -> str:
        counted = sum(one.bytes for one in self.files)
        size = size_words(counted or self.about_bytes)
        about = "" if counted else "about "
        return (
            f"Install {self.engine} ({about}{size}) from the releases of {self.files[0].repository}"
        )

    @property
    def downloads(self) -> tuple[dict[str, object], ...]:
        """What comes from elsewhere, as in `localai.plan/1`."""
        each = self.about_bytes // len(self.files)
        return tuple(
            {"file": one.file, "from": f"{one.repository} {one.tag}", "bytes": one.bytes or each}
            for one in self.files
        )

    def writes(self, machine: Workbench) -> tuple[str, ...]:
        return (str(machine.model_programs.folder(self.name)),)

    def done(self, machine: Workbench) -> bool:
        return machine.model_programs.is_complete(self.name, self.files)

    def apply(self, machine: Workbench, report: Report) -> None:
        machine.model_programs.install(self.name, self.files, report)

    def undo(self, machine: Workbench) -> None:
        machine.model_programs.remove(self.name)

    def receipt(self, machine: Workbench) -> Mapping[str, object]:
        return {"folder": str(machine.model_programs.folder(self.name))}
