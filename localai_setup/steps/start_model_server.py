"""Start a server that keeps its own models, on this computer only and with a folder of ours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from ..model.model_server import ServeSettings
from ..model.progress import Progress, Report
from ..model.workbench import Workbench


@dataclass(frozen=True)
class StartModelServer:
    """`first_port` is tried first. One that was there is never touched: then no plan has this step."""

    id: ClassVar[str] = "start-model-server"
    needs_root: ClassVar[bool] = False
    settings: ServeSettings
    first_port: int
    engine: str

    @property
    def title(self) -> str:
        return f"Start {self.engine}, for this computer only (127.0.0.1)"

    def writes(self, machine: Workbench) -> tuple[str, ...]:
        return (self.settings.models_folder, *machine.model_server.start_writes())

    def done(self, machine: Workbench) -> bool:
        return machine.model_server.is_serving(self.settings)

    def apply(self, machine: Workbench, report: Report) -> None:
        report(Progress(f"starting {self.engine}"))
        machine.model_server.start(self.settings, self.first_port)

    def undo(self, machine: Workbench) -> None:
        machine.model_server.stop()

    def receipt(self, machine: Workbench) -> Mapping[str, object]:
        running = machine.model_server.running()
        return {"port": running.port, "pid": running.pid} if running else {}
