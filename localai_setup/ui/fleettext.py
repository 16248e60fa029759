"""The report about many machines in words: who needs somebody first, then what is wrong, and where."""

from __future__ import annotations

from collections.abc import Sequence

from ..model.fleet import FleetFix, FleetGpu, FleetMachine, FleetProblem, FleetReport, State
from ..model.sizes import gigabyte_words
from .findingtext import say_line, say_prose
from .report import SYSTEMS

#: as many names are shown of a longer list
MOST_NAMES = 8
#: fewer machines than these are all listed, also those that are well
FEW = 30
#: state → sign, and words for one machine
LOOKS: dict[State, tuple[str, str]] = {
    "well": ("✓", "well"),
    "findings": ("!", "needs attention"),
    "failed": ("✗", "failed"),
    "without-localai": ("·", "localai is not installed"),
    "unreachable": ("✗", "did not answer"),
}
SIGNS = {"fail": "✗", "warn": "!", "info": "·"}


def arrived(machine: FleetMachine, *, dry_run: bool) -> str:
    """A line while the others are still at work."""
    sign, words = LOOKS[machine.state]
    return f"{sign} {machine.name}: {words}{changed(machine, dry_run=dry_run)}"


def changed(machine: FleetMachine, *, dry_run: bool) -> str:
    """Whether anything was changed there, or would be; nothing where that was not asked for."""
    if machine.changed is None:
        return ""
    return f", {changed_words(dry_run=dry_run)}" if machine.changed else ", nothing to change"


def changed_words(*, dry_run: bool) -> str:
    """What is said of what changed, which a dry run only would."""
    return "would be changed" if dry_run else "changed"


def show(report: FleetReport, *, verbose: bool) -> None:
    """The whole report. Lists of names are cut, but for `verbose`."""
    say_line(headline(report), "bold")
    _machines(report, verbose=verbose)
    _problems(report.problems, verbose=verbose)
    _choices(report, verbose=verbose)
    _licences(report, verbose=verbose)
    _names("Need a restart", report.need_restart, verbose=verbose)
    _names("Did not answer", report.unreachable, verbose=verbose)


def headline(report: FleetReport) -> str:
    """How many there are, and how many of each kind."""
    kinds = {state: len(report.named(state)) for state in LOOKS}
    parts = [f"{count} {words_of(state)}" for state, count in kinds.items() if count]
    changed = sum(bool(one.changed) for one in report.machines)
    parts += [f"{changed} {changed_words(dry_run=report.dry_run)}"] if changed else []
    total = len(report.machines)
    return f"{total} machine{'' if total == 1 else 's'}: {', '.join(parts) or 'none'}"


def words_of(state: State) -> str:
    """The state of some machines, as the end of a sentence with their number."""
    return {
        "well": "well",
        "findings": "to look after",
        "failed": "failed",
        "without-localai": "without localai",
        "unreachable": "did not answer",
    }[state]


def _machines(report: FleetReport, *, verbose: bool) -> None:
    all_of_them = verbose or len(report.machines) <= FEW
    for one in report.machines:
        if all_of_them or one.state != "well":
            say_prose(f"{arrived(one, dry_run=report.dry_run)}{_after(one)}", "  ", "    ")
            for line in (*one.against_policy, *details(one)):
                say_prose(line, "    ", "      ")


def _after(machine: FleetMachine) -> str:
    known = (hardware(machine), set_up(machine))
    return "".join(f"; {one}" for one in known if one)


def details(machine: FleetMachine) -> list[str]:
    """What else is to be told: why it failed, and its problems by id."""
    found = [machine.why] if machine.why else []
    return found + ([f"problems: {', '.join(machine.findings)}"] if machine.findings else [])


def hardware(machine: FleetMachine) -> str:
    """System, GPUs with their drivers, and memory; empty where nothing is known."""
    system, _, version = machine.system.partition(" ")
    named = " ".join(filter(None, (SYSTEMS.get(system, system), version)))
    memory = gigabyte_words(machine.memory_mib) if machine.memory_mib else ""
    return ", ".join(filter(None, (named, memory, *map(_gpu, machine.gpus))))


def _gpu(gpu: FleetGpu) -> str:
    size = f" {gigabyte_words(gpu.memory_mib)}" if gpu.memory_mib else ""
    driver = f" (driver {gpu.driver})" if gpu.driver else ""
    return f"{gpu.name or f'{gpu.vendor} GPU'}{size}{driver}"


def set_up(machine: FleetMachine) -> str:
    """The model that is set up, and whether it answers; empty where nothing is known of the machine."""
    if not machine.model:
        return "nothing set up" if machine.date else ""
    answers = {True: "answers", False: "does not answer", None: "was not asked"}[machine.answers]
    return f"{machine.model} {answers}"


def _problems(problems: Sequence[FleetProblem], *, verbose: bool) -> None:
    for one in problems:
        say_line("")
        count = len(one.machines)
        say_prose(
            f"{SIGNS.get(one.status, '!')} {one.title.rstrip('.')}: {count} machine{'' if count == 1 else 's'}",
            "",
            "  ",
            "bold",
        )
        say_prose(names(one.machines, verbose=verbose), "  ")
        for fix in one.fixes:
            _fix(fix, is_only=len(one.fixes) == 1, verbose=verbose)
        say_line(f"  More: localai explain {one.id}")


def _fix(fix: FleetFix, *, is_only: bool, verbose: bool) -> None:
    where = "" if is_only else f" ({names(fix.machines, verbose=verbose)})"
    say_prose(f"→ {fix.text}{needs(fix)}{where}", "  ", "    ")
    for command in fix.commands:
        say_line(f"       {command}")


def needs(fix: FleetFix) -> str:
    """What a fix asks for, in brackets."""
    found = [
        words
        for words, holds in (("as an administrator", fix.needs_root), ("then restart", fix.restart))
        if holds
    ]
    return f" ({', '.join(found)})" if found else ""


def _choices(report: FleetReport, *, verbose: bool) -> None:
    if report.could_run:
        say_line("\nCould run:")
    for one in report.could_run:
        speed = pace(one.slowest, one.fastest)
        where = names(one.machines, verbose=verbose)
        say_prose(f"{one.model} {one.quantization}, {speed}: {where}", "  ", "    ")


def pace(slowest: float, fastest: float) -> str:
    """Predicted tokens per second, from the slowest machine to the fastest."""
    low, high = f"{slowest:.0f}", f"{fastest:.0f}"
    return f"{low} tokens/s" if low == high else f"{low} to {high} tokens/s"


def _licences(report: FleetReport, *, verbose: bool) -> None:
    if report.licences:
        say_line("\nLicences in use:")
    for one in report.licences:
        parts = names(one.parts, verbose=verbose)
        say_prose(f"{one.licence}, on {len(one.machines)}: {parts}", "  ", "    ")


def _names(heading: str, found: Sequence[str], *, verbose: bool) -> None:
    if found:
        say_line("")
        say_prose(f"{heading}: {names(found, verbose=verbose)}", "", "  ")


def names(found: Sequence[str], *, verbose: bool) -> str:
    """The first of them, and how many more there are."""
    if verbose or len(found) <= MOST_NAMES:
        return ", ".join(found)
    return f"{', '.join(found[:MOST_NAMES])} and {len(found) - MOST_NAMES} more (--verbose)"
