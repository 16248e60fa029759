"""What doctor and explain share: what fixes depend on, and a finding as scripts see it."""

from __future__ import annotations

from ..diagnosis.surroundings import Surroundings
from ..machine.keeping.problem_files import known_problems
from ..model.facts import Facts
from ..model.finding import Finding
from ..probes.drivers import Drivers
from ..probes.host import Host
from ..ui import console

#: what Python calls a system → what the fixes of the checks call it
SYSTEMS = {"Linux": "linux", "Darwin": "macos", "Windows": "windows"}


def surroundings(facts: Facts) -> Surroundings:
    """What the fixes depend on, from the facts."""
    host, drivers = facts.get(Host) or Host(), facts.get(Drivers) or Drivers()
    container = bool(host.container) if host.container or host.systemd is not None else None
    system = SYSTEMS.get(host.system or "")
    return Surroundings(system, host.family, host.wsl, container, host.systemd, drivers.secure_boot)


def tell_left_out() -> None:
    """Which user-supplied problem pages could not be used, and why."""
    for sentence in known_problems().left_out:
        console.say(sentence)


def finding_document(one: Finding) -> dict[str, object]:
    """One finding as scripts see it."""
    return {
        "id": one.id,
        "status": one.status,
        "confidence": one.confidence,
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
                "restart": fix.reboot,
            }
            for fix in one.fixes
        ],
        "docs": one.docs,
    }
