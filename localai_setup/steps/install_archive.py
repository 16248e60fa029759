"""Install the engine from its release archives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from ..model.engine import ReleaseFile
from ..model.progress import Report
from ..model.sizes import size_words
from ..model.workbench import Workbench
from ._libraries import require

#: The server of set-ups that were saved before it had a field.
SAVED_WITHOUT = "llama-server"


@dataclass(frozen=True)
class InstallArchive:
    """`name` is the build's; `backend` what it computes on, which is proved after unpacking.

    `libraries` are those of the system that it loads; `engine` is the name of what is installed,
    `program` that of its server's file.
    """

    id: ClassVar[str] = "install-archive"
    needs_root: ClassVar[bool] = False
    name: str
    backend: str
    files: tuple[ReleaseFile, ...]
    libraries: tuple[str, ...] = ()
    engine: str = ""
    program: str = SAVED_WITHOUT

    @property
    def title(self) -> str:
        size = size_words(sum(one.bytes for one in self.files))
        origin = f"the releases of {self.files[0].repository}"
        return f"Install the engine {self.engine} {self.name} ({size}) from {origin}"

    @property
    def downloads(self) -> tuple[dict[str, object], ...]:
        """What comes from elsewhere, as in `localai.plan/1`."""
        return tuple(
            {"file": one.file, "from": f"{one.repository} {one.tag}", "bytes": one.bytes}
            for one in self.files
        )

    def writes(self, machine: Workbench) -> tuple[str, ...]:
        return (str(machine.archives.folder(self.name)),)

    def done(self, machine: Workbench) -> bool:
        complete = machine.archives.is_complete(self.name, self.program, self.files)
        return complete and not machine.libraries.missing(self.libraries)

    def apply(self, machine: Workbench, report: Report) -> None:
        require(machine.libraries.missing(self.libraries))
        machine.archives.install(self.name, self.program, self.backend, self.files, report)

    def undo(self, machine: Workbench) -> None:
        machine.archives.remove(self.name)

    def receipt(self, machine: Workbench) -> Mapping[str, object]:
        return {"folder": str(machine.archives.folder(self.name))}
