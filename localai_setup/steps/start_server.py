"""Start the server on this computer only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import ClassVar

from .. import buffers
from ..model.progress import Progress, Report
from ..model.settings import StartSettings
from ..model.workbench import Workbench


@dataclass(frozen=True)
class StartServer:
    """`program` starts the server of the engine with this id; `first_port` is tried first."""

    id: ClassVar[str] = "start-server"
    title: ClassVar[str] = "Start the server, for this computer only (127.0.0.1)"
    needs_root: ClassVar[bool] = False
    program: tuple[str, ...]
    start: StartSettings
    first_port: int
    engine: str = ""

    def writes(self, machine: Workbench) -> tuple[str, ...]:
        return (str(machine.servers.record), str(machine.servers.log))

    def done(self, machine: Workbench) -> bool:
        return machine.servers.is_serving(self.program, self.start)

    def apply(self, machine: Workbench, report: Report) -> None:
        report(Progress("loading the model"))
        machine.servers.start(self.program, self.start, self.first_port, self.engine)

    def undo(self, machine: Workbench) -> None:
        machine.servers.stop()

    def receipt(self, machine: Workbench) -> Mapping[str, object]:
        """`buffers_mib` is the engine's own word on its memory, by kind; nothing where it tells none."""
        running = machine.servers.running()
        if not running:
            return {}
        stated = buffers.read(machine.servers.start_log())
        memory = {"buffers_mib": asdict(buffers.parts(stated))} if stated else {}
        return {"port": running.port, "pid": running.pid, **memory}
