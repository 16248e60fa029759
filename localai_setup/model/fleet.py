"""Many machines in one report: `localai.fleet/1`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

SCHEMA = "localai.fleet/1"
#: `well`; `findings`: something is wrong, or against the policy; `failed`: localai could not do there what
#: was asked; `without-localai`: it is not installed there; `unreachable`: the machine did not answer
State = Literal["well", "findings", "failed", "without-localai", "unreachable"]


@dataclass(frozen=True)
class FleetGpu:
    """A GPU of a machine; None is not known. `memory_mib` in MiB."""

    vendor: str
    name: str | None = None
    memory_mib: float | None = None
    driver: str | None = None
    usable: bool | None = None


@dataclass(frozen=True)
class CouldRun:
    """The model that localai would choose there. `tps` is the predicted speed in tokens per second."""

    model: str
    quantization: str
    tps: float


@dataclass(frozen=True)
class InUse:
    """A part that is in use on a machine (engine, library, model), and the id of its licence."""

    kind: str
    name: str
    licence: str


@dataclass(frozen=True)
class FleetMachine:
    """One machine, by its name in the inventory or its file. `host` is what it calls itself.

    `why` says in words why it failed or did not answer, and for a machine that answered why nothing fits;
    `version` is of localai there and `date` when it was examined. `findings` are ids, the worst first.
    `changed` is whether anything was changed there (in a dry run: would be), None where nothing was asked.
    """

    name: str
    state: State
    why: str = ""
    host: str | None = None
    version: str = ""
    date: str = ""
    system: str = ""
    processor: str = ""
    memory_mib: float | None = None
    gpus: tuple[FleetGpu, ...] = ()
    model: str = ""
    engine: str = ""
    build: str = ""
    answers: bool | None = None
    measured_tps: float | None = None
    could_run: CouldRun | None = None
    findings: tuple[str, ...] = ()
    against_policy: tuple[str, ...] = ()
    needs_restart: bool = False
    changed: bool | None = None
    in_use: tuple[InUse, ...] = ()


@dataclass(frozen=True)
class FleetFix:
    """The first way out of a problem, and the machines that have this one."""

    text: str
    commands: tuple[str, ...] = ()
    needs_root: bool = False
    restart: bool = False
    machines: tuple[str, ...] = ()


@dataclass(frozen=True)
class FleetProblem:
    """A problem, and every machine that has it. `status` as in `localai.doctor/1`."""

    id: str
    status: str
    title: str
    machines: tuple[str, ...]
    fixes: tuple[FleetFix, ...]


@dataclass(frozen=True)
class Choice:
    """A model that localai would choose, and where. `slowest` and `fastest` in predicted tokens per second."""

    model: str
    quantization: str
    slowest: float
    fastest: float
    machines: tuple[str, ...]


@dataclass(frozen=True)
class LicenceInUse:
    """A licence, what is under it (as `model: smollm2-135m`), and where that is in use."""

    licence: str
    parts: tuple[str, ...]
    machines: tuple[str, ...]


@dataclass(frozen=True)
class FleetReport:
    """`action` is what was asked of the machines; `problems` are ordered by how bad and how common they are."""

    schema: str
    action: str
    dry_run: bool
    version: str
    date: str
    machines: tuple[FleetMachine, ...]
    problems: tuple[FleetProblem, ...]
    could_run: tuple[Choice, ...]
    licences: tuple[LicenceInUse, ...]
    need_restart: tuple[str, ...]
    against_policy: tuple[str, ...]
    unreachable: tuple[str, ...]

    def named(self, state: State) -> tuple[str, ...]:
        """The machines in this state."""
        return tuple(one.name for one in self.machines if one.state == state)
