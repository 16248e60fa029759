"""Load a model on a server that keeps its own, and read back what became of its settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import ClassVar

from ..model.errors import LocalaiError
from ..model.model_server import ServerPlace
from ..model.progress import Report
from ..model.readback import Expected, ReadBack
from ..model.workbench import Workbench


@dataclass(frozen=True)
class LoadModel:
    """Done while it is in memory with the planned context; another client may have changed that."""

    id: ClassVar[str] = "load-model"
    needs_root: ClassVar[bool] = False
    place: ServerPlace
    name: str
    expected: Expected

    @property
    def title(self) -> str:
        return f"Load {self.name} and look at what it was loaded with"

    def writes(self, machine: Workbench) -> tuple[str, ...]:
        del machine
        return ()

    def done(self, machine: Workbench) -> bool:
        return machine.model_server.is_loaded(self.place, self.name, self.expected)

    def apply(self, machine: Workbench, report: Report) -> None:
        """Raises LocalaiError where it gets less context than was planned: longer prompts would be cut."""
        found = machine.model_server.load(self.place, self.name, self.expected, report)
        for one in found.differences:
            if one.kind == "context":
                raise LocalaiError(
                    f"{self.name} was loaded with a context of {one.found}, not {one.planned}.",
                    "The server lowers it without a word where the model or the memory allows no more, "
                    "and cuts longer conversations.",
                    "Set up again with a smaller `--context`.",
                )

    def undo(self, machine: Workbench) -> None:
        machine.model_server.unload(self.place, self.name)

    def receipt(self, machine: Workbench) -> Mapping[str, object]:
        """What it is loaded with, and every difference from the plan; `doctor` tells of them."""
        try:
            found = machine.model_server.read_back(self.place, self.name, self.expected)
        except LocalaiError:
            return {}
        return _document(found)


def _document(found: ReadBack) -> dict[str, object]:
    return {
        "context": found.context,
        "bytes": found.bytes,
        "gpu": found.gpu,
        "differences": [asdict(one) for one in found.differences],
    }
