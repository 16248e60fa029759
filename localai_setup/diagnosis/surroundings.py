"""What a fix depends on: the machine and the engine that it is read for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from ..model.finding import Fix, Where
from . import windows_commands

#: What holds on one operating system only, and says nothing of another computer.
_OF_A_SYSTEM = ("family", "wsl", "container", "systemd", "secure_boot")
SYSTEM, ENGINE = "system", "engine"
#: what pages call a system → what a person calls it
SYSTEM_NAMES = {"linux": "Linux", "macos": "macOS", "windows": "Windows"}


@dataclass(frozen=True)
class Surroundings:
    """What a fix depends on. None is not known, and then every variant is shown."""

    system: str | None = None
    family: str | None = None
    wsl: bool | None = None
    container: bool | None = None
    systemd: bool | None = None
    secure_boot: bool | None = None
    #: the engines that a text speaks of; none is not known
    engines: frozenset[str] = frozenset()
    #: the makers of the cards that a text names; none is not known
    cards: frozenset[str] = frozenset()
    #: what a text leaves open, SYSTEM or ENGINE; nothing where this is the computer itself
    left_open: frozenset[str] = frozenset()

    def of_a_text(self) -> Surroundings:
        """For a text that is read in a container: its machine may be the host, or another one."""
        if not self.container:
            return self
        return replace(self, container=None, systemd=None, secure_boot=None)

    def over(self, reader: Surroundings) -> Surroundings:
        """What a text tells, and where it is silent what holds for the computer it is read on.

        A text of another system, family or WSL is another computer's: nothing is taken from this one.
        """
        if self.differs_from(reader):
            return replace(self, left_open=self._open())
        known = {name: getattr(self, name) for name in ("system", *_OF_A_SYSTEM)}
        stated = {name: value for name, value in known.items() if value is not None}
        machine = replace(reader, **stated)
        return replace(machine, engines=self.engines, cards=self.cards, left_open=self._open())

    def _open(self) -> frozenset[str]:
        pairs = ((SYSTEM, self.system), (ENGINE, self.engines))
        return frozenset(name for name, value in pairs if not value)

    def differs_from(self, reader: Surroundings) -> bool:
        """Whether these are two computers."""
        pairs = (
            (getattr(self, name), getattr(reader, name)) for name in ("system", "family", "wsl")
        )
        return any(None not in pair and pair[0] != pair[1] for pair in pairs)

    def spelled(self, fixes: Iterable[Fix]) -> tuple[Fix, ...]:
        """With their commands as the shells of this system take them."""
        return tuple(map(windows_commands.spelled, fixes) if self.system == "windows" else fixes)

    def suits(self, where: Where) -> bool:
        """Whether a fix for these machines is for this one, as far as it is known."""
        named = ((where.systems, self.system), (where.families, self.family))
        if any(requested and mine and mine not in requested for requested, mine in named):
            return False
        flags = ("wsl", "container", "systemd", "secure_boot")
        pairs = ((getattr(where, flag), getattr(self, flag)) for flag in flags)
        return all(
            requested is None or mine is None or requested == mine for requested, mine in pairs
        )
