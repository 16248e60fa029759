"""Which fixes fit the machine they are read on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from ..model.finding import Fix, Where


@dataclass(frozen=True)
class Surroundings:
    """What a fix depends on. None is not known, and then every variant is shown."""

    system: str | None = None
    family: str | None = None
    wsl: bool | None = None
    container: bool | None = None
    systemd: bool | None = None
    secure_boot: bool | None = None

    def of_a_text(self) -> Surroundings:
        """For a text that is read in a container: its machine may be the host, or another one."""
        if not self.container:
            return self
        return replace(self, container=None, systemd=None, secure_boot=None)

    def fit(self, fixes: Iterable[Fix]) -> tuple[Fix, ...]:
        """The fixes for this machine; all of them where none is (better foreign advice than none)."""
        fixes = tuple(fixes)
        return tuple(fix for fix in fixes if self._suits(fix.where)) or fixes

    def _suits(self, where: Where) -> bool:
        named = ((where.systems, self.system), (where.families, self.family))
        if any(requested and mine and mine not in requested for requested, mine in named):
            return False
        flags = ("wsl", "container", "systemd", "secure_boot")
        pairs = ((getattr(where, flag), getattr(self, flag)) for flag in flags)
        return all(
            requested is None or mine is None or requested == mine for requested, mine in pairs
        )
