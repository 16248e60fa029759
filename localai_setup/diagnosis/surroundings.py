"""Which fixes fit the machine and the engine that they are read for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from ..model.finding import Fix, Where
from . import windows_commands

#: What holds on one operating system only, and says nothing of another computer.
_OF_A_SYSTEM = ("family", "wsl", "container", "systemd", "secure_boot")
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
            return self
        known = {name: getattr(self, name) for name in ("system", *_OF_A_SYSTEM)}
        stated = {name: value for name, value in known.items() if value is not None}
        return replace(reader, **stated, engines=self.engines)

    def differs_from(self, reader: Surroundings) -> bool:
        """Whether these are two computers."""
        pairs = (
            (getattr(self, name), getattr(reader, name)) for name in ("system", "family", "wsl")
        )
        return any(None not in pair and pair[0] != pair[1] for pair in pairs)

    def fit(self, fixes: Iterable[Fix], systems: Iterable[str] = ()) -> tuple[Fix, ...]:
        """The fixes for this machine and engine, of a problem that only these `systems` have (none: any).

        All of them where none is for this machine: better foreign advice than none. Where none is
        for the engine, only words: the commands of another engine would do nothing. What is for other
        systems than this machine's names them.
        """
        fixes, places = self.spelled(fixes), (self, *self._elsewhere(systems))
        here = tuple(fix for fix in fixes if any(one.suits(fix.where) for one in places)) or fixes
        mine = tuple(fix for fix in here if self._is_for_engine(fix)) or _words_only(here)
        return tuple(map(self._naming_its_system, mine))

    def _elsewhere(self, systems: Iterable[str]) -> tuple[Surroundings, ...]:
        """The computers that a problem can be of where it is not of this one.

        Whoever reads a text of such a problem has brought it from there, though it names no system.
        """
        others = tuple(systems)
        if self.system is None or not others or self.system in others:
            return ()
        return tuple(Surroundings(system=one, engines=self.engines) for one in others)

    def _naming_its_system(self, fix: Fix) -> Fix:
        systems = fix.where.systems
        if self.system is None or not systems or self.system in systems:
            return fix
        names = " or ".join(SYSTEM_NAMES.get(one, one) for one in systems)
        return replace(fix, text=f"On {names}: {fix.text}")

    def spelled(self, fixes: Iterable[Fix]) -> tuple[Fix, ...]:
        """With their commands as the shells of this system take them."""
        return tuple(map(windows_commands.spelled, fixes) if self.system == "windows" else fixes)

    def _is_for_engine(self, fix: Fix) -> bool:
        named = self.engines and fix.where.engines
        return not named or not self.engines.isdisjoint(fix.where.engines)

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


def _words_only(fixes: Iterable[Fix]) -> tuple[Fix, ...]:
    bare = (replace(fix, commands=(), proof="", needs_root=False, reboot=False) for fix in fixes)
    return tuple({fix.text: fix for fix in bare}.values())
