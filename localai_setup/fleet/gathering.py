"""Answers, one after the other → the report. What is kept of each is small, however much it said."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from ..model.finding import STATUS_ORDER
from ..model.fleet import (
    SCHEMA,
    Choice,
    CouldRun,
    FleetFix,
    FleetMachine,
    FleetProblem,
    FleetReport,
    LicenceInUse,
    State,
)
from .answers import Answer, There

#: the machines that need somebody first
ORDER: tuple[State, ...] = ("unreachable", "failed", "without-localai", "findings", "well")


@dataclass(frozen=True)
class About:
    """What was asked, by which version of localai and when (UTC, as 2026-11-28T09:30:00Z)."""

    action: str
    version: str
    date: str
    is_dry: bool = False


@dataclass
class _Problem:
    """A problem while machines that have it are still counted."""

    status: str
    title: str
    machines: set[str] = field(default_factory=set)
    fixes: dict[FleetFix, list[str]] = field(default_factory=lambda: defaultdict(list))

    def add(self, machine: str, there: There) -> None:
        self.machines.add(machine)
        if there.fix:
            self.fixes[there.fix].append(machine)


def report(answers: Iterable[Answer], about: About) -> FleetReport:
    """All answers in one; they are read once, in whichever order they come."""
    machines: list[FleetMachine] = []
    problems: dict[str, _Problem] = {}
    for one in answers:
        machines.append(one.machine)
        for there in one.problems:
            known = problems.setdefault(there.id, _Problem(there.status, there.title))
            known.add(one.machine.name, there)
    machines.sort(key=lambda one: (ORDER.index(one.state), one.name))
    return FleetReport(
        SCHEMA,
        about.action,
        about.is_dry,
        about.version,
        about.date,
        tuple(machines),
        _problems(problems),
        _choices(machines),
        _licences(machines),
        need_restart=tuple(one.name for one in machines if one.needs_restart),
        against_policy=tuple(one.name for one in machines if one.against_policy),
        unreachable=tuple(one.name for one in machines if one.state == "unreachable"),
    )


def _problems(found: dict[str, _Problem]) -> tuple[FleetProblem, ...]:
    """The worst first, among those the most common."""
    made = [
        FleetProblem(name, one.status, one.title, tuple(sorted(one.machines)), _fixes(one))
        for name, one in found.items()
    ]
    order = {str(status): place for status, place in STATUS_ORDER.items()}
    return tuple(
        sorted(made, key=lambda one: (order.get(one.status, 0), -len(one.machines), one.id))
    )


def _fixes(problem: _Problem) -> tuple[FleetFix, ...]:
    """The way out of most machines first."""
    common = sorted(problem.fixes.items(), key=lambda pair: -len(pair[1]))
    return tuple(replace(fix, machines=tuple(sorted(names))) for fix, names in common)


def _choices(machines: Iterable[FleetMachine]) -> tuple[Choice, ...]:
    by_model: dict[tuple[str, str], list[tuple[str, CouldRun]]] = defaultdict(list)
    for one in machines:
        if one.could_run:
            chosen = one.could_run
            by_model[chosen.model, chosen.quantization].append((one.name, chosen))
    made = [
        Choice(
            model,
            quantization,
            min(one.tps for _, one in there),
            max(one.tps for _, one in there),
            tuple(sorted(name for name, _ in there)),
        )
        for (model, quantization), there in by_model.items()
    ]
    return tuple(sorted(made, key=lambda one: (-len(one.machines), one.model, one.quantization)))


def _licences(machines: Iterable[FleetMachine]) -> tuple[LicenceInUse, ...]:
    parts: dict[str, set[str]] = defaultdict(set)
    where: dict[str, set[str]] = defaultdict(set)
    for machine in machines:
        for one in machine.in_use:
            licence = one.licence or "not known"
            parts[licence].add(f"{one.kind}: {one.name}")
            where[licence].add(machine.name)
    made = [
        LicenceInUse(id_, tuple(sorted(parts[id_])), tuple(sorted(where[id_]))) for id_ in parts
    ]
    return tuple(sorted(made, key=lambda one: (-len(one.machines), one.licence)))
