"""Run all checks on the machine and on what was set up; say what is wrong and how to mend it."""

from __future__ import annotations

from pathlib import Path

from .. import survey
from ..doctor import Diagnosis, examine
from ..model.errors import Exit
from ..model.facts import Facts
from ..model.finding import Finding
from ..probes.host import Host
from ..surroundings import Surroundings
from ..ui import jsonout
from ._options import Options


def doctor(
    options: Options,
    *,
    only: tuple[str, ...] = (),
    skip: tuple[str, ...] = (),
    fix: bool = False,
    yes: bool = False,
    deep: bool = False,
    report: Path | None = None,
    allow_system_changes: bool = False,
) -> Exit:
    """Examine, print, and mend what is ours where `fix` is set."""
    facts = survey.facts(survey.read(options.respondent(network=True)))
    diagnosis = examine(facts, surroundings(facts), only, skip)
    jsonout.write(document(diagnosis))
    return Exit.OK if diagnosis.healthy else Exit.PROBLEM


def surroundings(facts: Facts) -> Surroundings:
    """What the fixes depend on, from the facts."""
    host = facts.get(Host) or Host()
    container = None if host.container is None else bool(host.container)
    return Surroundings(host.system and host.system.lower(), host.family, host.wsl, container)


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
