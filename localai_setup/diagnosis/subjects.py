"""Whether what a problem is about (a vendor's GPU, a system, an engine) is on this machine at all."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ..model.facts import Facts
from ..probes.drivers import MAKERS, Drivers
from ..probes.engines import LOOKED_FOR, Engines
from ..probes.gpus import Gpus
from ..probes.host import Host
from ..probes.setup import SetUpState

Presence = Callable[[Facts], "bool | None"]


def is_absent(problem: str, facts: Facts) -> bool:
    """Whether the subject, the first word of a problem's id, is known not to be here.

    Where nobody can tell, and for subjects that every machine has (memory, disk, network), it is here.
    """
    presence = SUBJECTS.get(problem.partition("-")[0])
    return presence is not None and presence(facts) is False


def _gpu_of(vendor: str) -> Presence:
    def here(facts: Facts) -> bool | None:
        gpus, drivers = facts.get(Gpus), facts.get(Drivers)
        if gpus is None or drivers is None:
            return None
        on_bus = bool(drivers.of(MAKERS[vendor])) or (vendor == "nvidia" and drivers.nvidia_on_bus)
        if on_bus or any(gpu.vendor == vendor for gpu in gpus.gpus):
            return True
        # without any list of cards nobody can tell
        return False if drivers.cards or not gpus.unknown else None

    return here


def _system(name: str) -> Presence:
    def here(facts: Facts) -> bool | None:
        host = facts.get(Host)
        return None if host is None or host.system is None else host.system == name

    return here


def _wsl(facts: Facts) -> bool | None:
    host = facts.get(Host)
    return None if host is None else host.wsl


def _engine(name: str) -> Presence:
    def here(facts: Facts) -> bool | None:
        engines = facts.get(Engines)
        return None if engines is None else engines.has(name)

    return here


def _set_up(facts: Facts) -> bool | None:
    setup = facts.get(SetUpState)
    return None if setup is None else setup.is_set_up or setup.damaged


def _several_gpus(facts: Facts) -> bool | None:
    gpus = facts.get(Gpus)
    return None if gpus is None or gpus.unknown else len(gpus.gpus) > 1


SUBJECTS: Mapping[str, Presence] = {
    "nvidia": _gpu_of("nvidia"),
    "amd": _gpu_of("amd"),
    "intel": _gpu_of("intel"),
    "multi": _several_gpus,
    "apple": _system("Darwin"),
    "windows": _system("Windows"),
    "wsl": _wsl,
    **{name: _engine(name) for name in LOOKED_FOR},
    "setup": _set_up,
}
