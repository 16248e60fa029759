"""Start the server on this computer only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, ClassVar

from .. import buffers
from ..model.plan import Progress, Report, ServerSettings


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

    def writes(self, machine: Any) -> tuple[str, ...]:
        return (str(machine.servers.record), str(machine.servers.log))

    def done(self, machine: Any) -> bool:
        serving: bool = machine.servers.is_serving(self.program, self._wanted(), self.model_path)
        return serving

    def apply(self, machine: Any, report: Report) -> None:
        report(Progress("loading the model"))
        machine.servers.start(self.program, self._wanted(), self.model_path, self.first_port)

    def _wanted(self) -> dict[str, Any]:
        return {
            **asdict(self.settings),
            "alias": self.alias,
            "api_key": self.api_key,
            "mmproj": self.mmproj_path,
        }

    def undo(self, machine: Any) -> None:
        machine.servers.stop()

    def receipt(self, machine: Any) -> Mapping[str, Any]:
        """`buffers_mib` is the engine's own word on its memory, by kind; nothing where it tells none."""
        running = machine.servers.running()
        if not running:
            return {}
        told = buffers.read(machine.servers.start_log())
        memory = {"buffers_mib": asdict(buffers.parts(told))} if told else {}
        return {"port": running.port, "pid": running.pid, **memory}
