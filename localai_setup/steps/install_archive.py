"""Install the engine from its release archives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from ..model.engine import ReleaseFile
from ..model.plan import Report
from ..model.sizes import download_words


@dataclass(frozen=True)
class InstallArchive:
    """`name` is the build's; `backend` what it computes on, which is proved after unpacking."""

    id: ClassVar[str] = "install-archive"
    needs_root: ClassVar[bool] = False
    name: str
    backend: str
    files: tuple[ReleaseFile, ...]

    @property
    def title(self) -> str:
        size = download_words(sum(one.bytes for one in self.files))
        origin = f"the releases of {self.files[0].repository}"
        return f"Install the engine llama.cpp {self.name} ({size}) from {origin}"

    @property
    def downloads(self) -> tuple[dict[str, Any], ...]:
        """What comes from elsewhere, as in `localai.plan/1`."""
        return tuple(
            {"file": one.file, "from": f"{one.repository} {one.tag}", "bytes": one.bytes}
            for one in self.files
        )

    def writes(self, machine: Any) -> tuple[str, ...]:
        return (str(machine.archives.folder(self.name)),)

    def done(self, machine: Any) -> bool:
        whole: bool = machine.archives.is_whole(self.name, self.files)
        return whole

    def apply(self, machine: Any, report: Report) -> None:
        machine.archives.install(self.name, self.backend, self.files, report)

    def undo(self, machine: Any) -> None:
        machine.archives.remove(self.name)

    def receipt(self, machine: Any) -> Mapping[str, Any]:
        return {"folder": str(machine.archives.folder(self.name))}
