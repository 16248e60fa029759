"""Pull a model by its name in a registry, and verify every byte of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from ..model.model_server import ServerPlace
from ..model.progress import Report
from ..model.sizes import download_words
from ..model.workbench import Workbench


@dataclass(frozen=True)
class PullModel:
    """`pinned` is the digest that was tried, of the manifest or of the weights, empty where any will do;
    `bytes` what is fetched where nothing is there yet. A model that was there before stays after `undo`.
    """

    id: ClassVar[str] = "pull-model"
    needs_root: ClassVar[bool] = False
    place: ServerPlace
    name: str
    pinned: str = ""
    bytes: int = 0

    @property
    def title(self) -> str:
        size = f" ({download_words(self.bytes)})" if self.bytes else ""
        return f"Pull {self.name}{size} from its registry"

    @property
    def downloads(self) -> tuple[dict[str, object], ...]:
        """What comes from elsewhere, as in `localai.plan/1`."""
        return ({"file": self.name, "from": "its registry", "bytes": self.bytes},)

    def writes(self, machine: Workbench) -> tuple[str, ...]:
        del machine
        return (self.place.models_folder,) if self.place.models_folder else ()

    def done(self, machine: Workbench) -> bool:
        return machine.model_server.has_pulled(self.place, self.name, self.pinned)

    def apply(self, machine: Workbench, report: Report) -> None:
        machine.model_server.pull(self.place, self.name, self.pinned, report)

    def undo(self, machine: Workbench) -> None:
        machine.model_server.remove(self.place, self.name)

    def receipt(self, machine: Workbench) -> Mapping[str, object]:
        del machine
        return {"name": self.name, "pinned": self.pinned}
