"""Use a model's file where it lies: a person's own, which is never moved, changed or deleted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from ..model.errors import LocalaiError
from ..model.files import OwnModelFile
from ..model.progress import Report
from ..model.workbench import Workbench


@dataclass(frozen=True)
class UseModel:
    """One file whose size and hash were taken when the plan was made."""

    id: ClassVar[str] = "use-model"
    needs_root: ClassVar[bool] = False
    file: OwnModelFile

    @property
    def title(self) -> str:
        return f"Use {self.file.here} where it is; it is never moved or deleted"

    def writes(self, machine: Workbench) -> tuple[str, ...]:
        del machine
        return ()

    def done(self, machine: Workbench) -> bool:
        return machine.downloads.is_complete(self.file)

    def apply(self, machine: Workbench, report: Report) -> None:
        """Runs where the file is gone or was touched; only its bytes count."""
        if machine.downloads.check(self.file, report):
            return
        raise LocalaiError(
            f"{self.file.here} is not the file that the plan was made for.",
            f"It had {self.file.bytes} bytes and the sha256 {self.file.sha256[:16]}… then.",
            "Put the file back, or set up again with `localai init --model PATH`.",
        )

    def undo(self, machine: Workbench) -> None:
        """Nothing of it is ours."""

    def receipt(self, machine: Workbench) -> Mapping[str, object]:
        return machine.downloads.marks(self.file)
