"""Install the engine into an environment of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from ..model.progress import Progress, Report
from ..model.workbench import Workbench


@dataclass(frozen=True)
class InstallEngine:
    """`requirements` are pip's pins with hashes; `runner` is the program that starts the server."""

    id: ClassVar[str] = "install-engine"
    needs_root: ClassVar[bool] = False
    environment: str
    requirements: str
    runner: str

    @property
    def title(self) -> str:
        return f"Install the engine llama.cpp ({self.environment})"

    def writes(self, machine: Workbench) -> tuple[str, ...]:
        return (str(machine.environments.folder(self.environment)),)

    def done(self, machine: Workbench) -> bool:
        return machine.environments.is_whole(self.environment, self.requirements, self.runner)

    def apply(self, machine: Workbench, report: Report) -> None:
        report(Progress("the engine, from the package index"))
        machine.environments.build(self.environment, self.requirements, self.runner)

    def undo(self, machine: Workbench) -> None:
        machine.environments.remove(self.environment)

    def receipt(self, machine: Workbench) -> Mapping[str, object]:
        return {"folder": str(machine.environments.folder(self.environment))}
