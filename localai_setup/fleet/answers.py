"""What a machine answered (localai's own JSON, perhaps an older version's) → the machine and its problems."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from ..model.decoding import DecodeError, decode_leniently
from ..model.fleet import CouldRun, FleetFix, FleetGpu, FleetMachine, InUse, State
from ..model.licence import Licence

DOCTOR = "localai.doctor/1"
SERIOUS = ("fail", "warn")


@dataclass(frozen=True)
class There:
    """A problem as one machine has it, with the first way out."""

    id: str
    status: str
    title: str
    fix: FleetFix | None = None

    @property
    def is_serious(self) -> bool:
        return self.status in SERIOUS


@dataclass(frozen=True)
class Answer:
    """A machine, and what is wrong with it; `set_up` is what a policy is about."""

    machine: FleetMachine
    problems: tuple[There, ...] = ()
    licence: Licence | None = None
    sources: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Finding:
    id: str
    status: str
    title: str = ""
    fixes: tuple[FleetFix, ...] = ()


@dataclass(frozen=True)
class _SetUp:
    model: str = ""
    engine: str = ""
    build: str = ""
    answers: bool | None = None
    measured_tps: float | None = None
    licence: Licence | None = None
    sources: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Machine:
    system: str | None = None
    distro: str | None = None
    version: str | None = None
    processor: str | None = None
    memory_mib: float | None = None
    gpus: tuple[FleetGpu, ...] = ()

    @property
    def words(self) -> str:
        return " ".join(filter(None, (self.distro or self.system, self.version)))


@dataclass(frozen=True)
class _Doctor:
    healthy: bool
    host: str | None = None
    version: str = ""
    date: str = ""
    machine: _Machine = _Machine()
    set_up: _SetUp | None = None
    findings: tuple[_Finding, ...] = ()


@dataclass(frozen=True)
class _Speed:
    generate_tps: float = 0.0


@dataclass(frozen=True)
class _Choice:
    model: str
    quant: str = ""
    speed: _Speed | None = None


@dataclass(frozen=True)
class _Refused:
    model: str = ""
    reason: str = ""


@dataclass(frozen=True)
class _Plan:
    choice: _Choice | None = None
    refused: tuple[_Refused, ...] = ()


@dataclass(frozen=True)
class _Part:
    kind: str
    name: str
    licence: Licence


@dataclass(frozen=True)
class _Licences:
    parts: tuple[_Part, ...] = ()


def unanswered(name: str, state: State, why: str = "", changed: bool | None = None) -> Answer:
    """A machine of which nothing is known but its name; `changed` as in `FleetMachine`."""
    return Answer(FleetMachine(name, state, why, changed=changed))


def read(name: str, documents: object, changed: bool | None = None) -> Answer:
    """From what each command printed there, by its name; `doctor` may be missing after an uninstall.

    Raises:
        DecodeError: there are no documents, or the doctor's is none.

    """
    if not isinstance(documents, Mapping):
        raise DecodeError("it holds no documents")
    if "doctor" not in documents:
        return Answer(FleetMachine(name, "well", changed=changed))
    found = _with_plan(_examined(name, documents["doctor"]), documents)
    found = _with_licences(found, documents.get("licences"))
    return replace(found, machine=replace(found.machine, changed=changed))


def _examined(name: str, document: object) -> Answer:
    doctor = decode_leniently(_Doctor, document)
    if not isinstance(document, Mapping) or document.get("schema") != DOCTOR:
        raise DecodeError(f"its schema is not {DOCTOR}")
    problems = tuple(
        There(one.id, one.status, one.title, next(iter(one.fixes), None)) for one in doctor.findings
    )
    setup, there = doctor.set_up or _SetUp(), doctor.machine
    machine = FleetMachine(
        name,
        "well" if doctor.healthy else "findings",
        host=doctor.host,
        version=doctor.version,
        date=doctor.date,
        system=there.words,
        processor=there.processor or "",
        memory_mib=there.memory_mib,
        gpus=there.gpus,
        model=setup.model,
        engine=setup.engine,
        build=setup.build,
        answers=setup.answers,
        measured_tps=setup.measured_tps,
        findings=tuple(one.id for one in problems),
        needs_restart=any(one.is_serious and one.fix and one.fix.restart for one in problems),
        in_use=_model_in_use(setup),
    )
    return Answer(machine, problems, setup.licence, setup.sources)


def _model_in_use(setup: _SetUp) -> tuple[InUse, ...]:
    """The one part whose licence the doctor knows."""
    return (InUse("model", setup.model, setup.licence.id),) if setup.licence else ()


def _with_plan(answer: Answer, documents: Mapping[str, object]) -> Answer:
    """With the model that would be chosen there, by the plan or by what `init` did; an `init` for which
    nothing fits has failed.
    """
    document = documents.get("plan", documents.get("init"))
    if document is None:
        return answer
    plan = decode_leniently(_Plan, document)
    chosen = plan.choice
    if chosen and not chosen.speed:  # set up by an earlier run: nothing was predicted
        return answer
    if chosen and chosen.speed:
        best = CouldRun(chosen.model, chosen.quant, chosen.speed.generate_tps)
        return replace(answer, machine=replace(answer.machine, could_run=best))
    nearest = next((f"{one.model}: it {one.reason}" for one in plan.refused), "")
    state: State = "failed" if "init" in documents else answer.machine.state
    why = f"nothing fits ({nearest})"
    return replace(answer, machine=replace(answer.machine, state=state, why=why))


def _with_licences(answer: Answer, document: object) -> Answer:
    """With every part, where `licences` told them."""
    if document is None:
        return answer
    parts = decode_leniently(_Licences, document).parts
    used = tuple(InUse(one.kind, one.name, one.licence.id) for one in parts)
    return replace(answer, machine=replace(answer.machine, in_use=used or answer.machine.in_use))
