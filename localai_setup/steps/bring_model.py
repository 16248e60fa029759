"""Give a server a model of our own name, with our settings, from a file or a model that is here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from ..model.model_server import OwnModel, ServerPlace
from ..model.progress import Report
from ..model.sizes import size_words
from ..model.workbench import Workbench


@dataclass(frozen=True)
class BringModel:
    """No second copy is made where the models folder is known and can be written to; another server of
    this computer makes one of its own, and one in a container two.
    """

    id: ClassVar[str] = "bring-model"
    needs_root: ClassVar[bool] = False
    place: ServerPlace
    own: OwnModel
    engine: str

    @property
    def title(self) -> str:
        words = f"Give {self.engine} the model as {self.own.name}, with its settings"
        if self.place.models_folder or not self.own.parts:
            return words
        copies = 2 if self.place.container else 1
        number = "two copies" if copies > 1 else "a copy"
        return f"{words}; it keeps {number} of its own ({size_words(copies * self.own.bytes)})"

    def writes(self, machine: Workbench) -> tuple[str, ...]:
        del machine
        return (self.place.models_folder,) if self.place.models_folder else ()

    def done(self, machine: Workbench) -> bool:
        return machine.model_server.has_own(self.place, self.own)

    def apply(self, machine: Workbench, report: Report) -> None:
        machine.model_server.bring_own(self.place, self.own, report)

    def undo(self, machine: Workbench) -> None:
        machine.model_server.remove(self.place, self.own.name)

    def receipt(self, machine: Workbench) -> Mapping[str, object]:
        del machine
        parts = [one.sha256 for one in self.own.parts]
        return {"name": self.own.name, "sha256": parts, "parameters": dict(self.own.parameters)}
