"""Start the server on this computer only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import ClassVar

from .. import buffers
from ..model.plan import ServerSettings
from ..model.progress import Progress, Report
from ..model.workbench import Workbench


@dataclass(frozen=True)
class StartServer:
    """`program` starts the runner; `model_path` is absolute; `first_port` is tried first.

    `mmproj_path` is the projector of a model that understands pictures, empty without.
    """

    id: ClassVar[str] = "start-server"
    title: ClassVar[str] = "Start the server, for this computer only (127.0.0.1)"
    needs_root: ClassVar[bool] = False
    program: tuple[str, ...]
    model_path: str
    alias: str
    settings: ServerSettings
    first_port: int
    api_key: str | None = None
    mmproj_path: str = ""

    def writes(self, machine: Workbench) -> tuple[str, ...]:
        return (str(machine.servers.record), str(machine.servers.log))

    def done(self, machine: Workbench) -> bool:
        return machine.servers.is_serving(self.program, self._wanted(), self.model_path)

    def apply(self, machine: Workbench, report: Report) -> None:
        report(Progress("loading the model"))
        machine.servers.start(self.program, self._wanted(), self.model_path, self.first_port)

    def _wanted(self) -> dict[str, object]:
        return {
            **asdict(self.settings),
            "alias": self.alias,
            "api_key": self.api_key,
            "mmproj": self.mmproj_path,
        }

    def undo(self, machine: Workbench) -> None:
        machine.servers.stop()

    def receipt(self, machine: Workbench) -> Mapping[str, object]:
        """`buffers_mib` is the engine's own word on its memory, by kind; nothing where it tells none."""
        running = machine.servers.running()
        if not running:
            return {}
        told = buffers.read(machine.servers.start_log())
        memory = {"buffers_mib": asdict(buffers.parts(told))} if told else {}
        return {"port": running.port, "pid": running.pid, **memory}
