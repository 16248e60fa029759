"""Run all checks on the machine and on what was set up; say what is wrong and how to mend it."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, replace
from pathlib import Path

from .. import catalog, fixing, survey
from ..doctor import Diagnosis, examine
from ..machine import examine as own_files
from ..machine import statefile
from ..machine.locking import Lock
from ..machine.workbench import Workbench
from ..model.errors import Exit, LocalaiError
from ..model.facts import Facts
from ..model.finding import Finding
from ..model.reading import Readings
from ..probes.host import Host
from ..surroundings import Surroundings
from ..ui import console, jsonout, page, progress, report
from ._options import Options

#: what Python calls a system → what the fixes of the checks call it
SYSTEMS = {"Linux": "linux", "Darwin": "macos", "Windows": "windows"}


@dataclass(frozen=True)
class Wanted:
    """The flags of doctor."""

    only: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    fix: bool = False
    yes: bool = False
    deep: bool = False
    report: Path | None = None
    allow_system_changes: bool = False


def doctor(options: Options, wanted: Wanted) -> Exit:
    """Examine, mend what is ours where `fix` is set, examine again, and print."""
    _known((*wanted.only, *wanted.skip))
    own_files.HASH_ALWAYS["deep"] = wanted.deep
    readings, facts, diagnosis = _examine(options, wanted)
    if wanted.fix and not options.replay and _repaired(diagnosis, options):
        readings, facts, diagnosis = _examine(options, wanted)
    if wanted.report:
        page.write(wanted.report, facts, diagnosis, readings)
        console.say(f"The page to attach is {wanted.report}.")
    if options.json:
        jsonout.write(document(diagnosis))
    else:
        _show(facts, diagnosis, wanted)
    return Exit.OK if diagnosis.healthy else Exit.PROBLEM


def _examine(options: Options, wanted: Wanted) -> tuple[Readings, Facts, Diagnosis]:
    readings = survey.read(options.respondent(network=True))
    facts = survey.facts(readings)
    return readings, facts, examine(facts, surroundings(facts), wanted.only, wanted.skip)


def _show(facts: Facts, diagnosis: Diagnosis, wanted: Wanted) -> None:
    for line in report.card(facts):
        console.say(line)
    report.findings(diagnosis.findings)
    report.summary(diagnosis.passed, diagnosis.unknown, healthy=diagnosis.healthy)
    if wanted.allow_system_changes:
        console.say("Commands that need an administrator are shown above; run them yourself.")
    elif any(fix.step for one in diagnosis.findings for fix in one.fixes) and not wanted.fix:
        console.say("`localai doctor --fix` repairs what localai itself set up.")


def _known(names: tuple[str, ...]) -> None:
    known = catalog.modules("checks")
    for name in names:
        if name not in known:
            close = difflib.get_close_matches(name, list(known), 1)
            hint = f"Did you mean `{close[0]}`?" if close else "`docs/problems/` lists all ids."
            raise LocalaiError(f"There is no check called {name}.", hint=hint, exit_code=Exit.USAGE)


def _repaired(diagnosis: Diagnosis, options: Options) -> bool:
    """Whether anything of ours was mended."""
    setup = statefile.load()
    if setup is None:
        return False
    bench = Workbench(options.offline)
    with Lock("init"), progress.shown() as shown:
        titles = fixing.repair(diagnosis.findings, setup, bench, shown)
        running = bench.servers.running()
        if titles and running and running.port != setup.port:
            statefile.save(replace(setup, port=running.port))
            console.say(f"The server's address is {running.address} from now on.")
    for title in titles:
        console.say(f"Repaired: {title}")
    return bool(titles)


def surroundings(facts: Facts) -> Surroundings:
    """What the fixes depend on, from the facts."""
    host = facts.get(Host) or Host()
    container = bool(host.container) if host.container or host.systemd is not None else None
    system = SYSTEMS.get(host.system or "")
    return Surroundings(system, host.family, host.wsl, container, host.systemd)


def document(diagnosis: Diagnosis) -> dict[str, object]:
    """The shape `localai.doctor/1`."""
    return {
        "schema": "localai.doctor/1",
        "healthy": diagnosis.healthy,
        "findings": [finding_document(one) for one in diagnosis.findings],
        "passed": list(diagnosis.passed),
        "unknown": [{"id": name, "reason": why} for name, why in diagnosis.unknown.items()],
    }


def finding_document(one: Finding) -> dict[str, object]:
    """One finding as scripts see it."""
    return {
        "id": one.id,
        "status": one.status,
        "title": one.title,
        "what": one.what,
        "why": one.why,
        "evidence": [{"source": e.source, "text": e.text} for e in one.evidence],
        "fixes": [
            {
                "text": fix.text,
                "commands": list(fix.commands),
                "needs_root": fix.needs_root,
                "automatic": bool(fix.step),
            }
            for fix in one.fixes
        ],
        "docs": one.docs,
    }
