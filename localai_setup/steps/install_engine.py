"""Install the engine into an environment of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from ..model.progress import Progress, Report
from ..model.sizes import size_words
from ..model.workbench import Workbench
from ._libraries import require


@dataclass(frozen=True)
class InstallEngine:
    """`requirements` are pip's pins with hashes; `runner` is the program that starts the server.

    `libraries` are those of the system that it loads. `bytes` is the size of the wheel, `grows_bytes`
    of the wheel and what is in it together; 0 where nobody knows. `engine` is the name for people.
    """

    id: ClassVar[str] = "install-engine"
    needs_root: ClassVar[bool] = False
    environment: str
    requirements: str
    runner: str
    libraries: tuple[str, ...] = ()
    bytes: int = 0
    grows_bytes: int = 0
    engine: str = ""

    @property
    def title(self) -> str:
        size = f" ({size_words(self.bytes)})" if self.bytes else ""
        return f"Install the engine {self.engine} {self.environment}{size} from the package index"

    @property
    def downloads(self) -> tuple[dict[str, object], ...]:
        """What comes from elsewhere, as in `localai.plan/1`."""
        return ({"file": self.environment, "from": "package index", "bytes": self.bytes},)

    def writes(self, machine: Workbench) -> tuple[str, ...]:
        return (str(machine.environments.folder(self.environment)),)

    def found_at(self, machine: Workbench) -> str:
        """Where the engine lies already; `apply` then puts the program beside it that starts it."""
        here = machine.environments.has_engine(self.environment, self.requirements)
        return str(machine.environments.folder(self.environment)) if here else ""

    def done(self, machine: Workbench) -> bool:
        complete = machine.environments.is_complete(
            self.environment, self.requirements, self.runner
        )
        return complete and not machine.libraries.missing(self.libraries)

    def apply(self, machine: Workbench, report: Report) -> None:
        require(machine.libraries.missing(self.libraries))
        total = self.grows_bytes or None

        def grown(done: int) -> None:
            report(Progress("the engine, from the package index", done, total))

        grown(0)
        machine.environments.build(self.environment, self.requirements, self.runner, grown)

    def undo(self, machine: Workbench) -> None:
        machine.environments.remove(self.environment)

    def receipt(self, machine: Workbench) -> Mapping[str, object]:
        return {"folder": str(machine.environments.folder(self.environment))}
