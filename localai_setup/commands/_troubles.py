"""What is wrong with the machine and can be fixed: fix it now, go on without, or stop."""

from __future__ import annotations

from collections.abc import Callable

from .. import catalog
from ..diagnosis import fixing
from ..diagnosis.doctor import examine
from ..machine.keeping.problem_files import known_problems
from ..model.facts import Facts
from ..model.finding import Finding
from ..ui import console, fixwords
from ..ui.conversation import Asker, Option, Question
from . import _repairing
from ._findings import surroundings

#: of the folders of `checks/`, those that what is chosen rests on
LAYERS = frozenset({"cpu", "disk", "driver", "memory", "setup"})
FIX, GO_ON, STOP = "fix", "go-on", "stop"
ASKS = "asks for the administrator's password"


def found(facts: Facts) -> tuple[Finding, ...]:
    """What is wrong, the worst first."""
    return examine(facts, surroundings(facts), known_problems()).findings


def settled(
    facts: Facts, findings: tuple[Finding, ...], look: Callable[[], Facts], asker: Asker
) -> Facts | None:
    """The facts to go on with, anew after each fix; None where the person stops. `findings` is what is
    `found` in the facts.

    Raises:
        LocalaiError: a fix failed.
        KeyboardInterrupt, EOFError: the person left.

    """
    seen: set[str] = set()
    while True:
        new = [one for one in findings if _matters(one) and one.id not in seen]
        if not new:
            return facts
        one = new[0]
        seen.add(one.id)
        answer = asker.choose(_question(one))
        if answer == STOP:
            _tell_how(one)
            return None
        if answer == FIX:
            facts, findings = _fixed(one, facts, findings, look)


def _matters(one: Finding) -> bool:
    """Whether the choice would be another without it, and there is a way out: what is wrong with a driver
    or with what localai set up, not with other programs.
    """
    module = catalog.modules("checks").get(one.id)
    layer = module.__name__.split(".")[-2] if module else ""
    return one.status != "info" and bool(one.fixes) and layer in LAYERS


def _question(one: Finding) -> Question:
    fix = one.fixes[0]
    commands = " and then ".join(f"`{command}`" for command in fix.commands)
    ours = bool(fixing.repairable([one]))
    options = [
        Option(GO_ON, "Go on without it; what works is used"),
        Option(STOP, "Stop here, and fix it first"),
    ]
    if ours or commands:
        options.insert(0, Option(FIX, f"Fix it now{fixwords.in_brackets(fix, ASKS)}"))
    more = f"{one.what}\nWhy: {one.why}\nMore: `localai explain {one.id}`"
    why = f"To fix it: {fix.text}{f' {commands}' if commands else ''}"
    recommended = FIX if ours else GO_ON
    return Question(one.title, why, "--yes", tuple(options), recommended, more)


def _fixed(
    one: Finding, facts: Facts, findings: tuple[Finding, ...], look: Callable[[], Facts]
) -> tuple[Facts, tuple[Finding, ...]]:
    """The facts and what is found in them after the fix; says whether it helped."""
    _repairing.repair([one], facts, offline=False)
    if not _repairing.change_system([one], yes=False) and not fixing.repairable([one]):
        return facts, findings
    facts = look()
    findings = found(facts)
    still = any(other.id == one.id for other in findings)
    console.say("It is still so; what works is used." if still else "That is fixed.")
    return facts, findings


def _tell_how(one: Finding) -> None:
    """How to go on by oneself."""
    console.say(f"\nTo fix it: {one.fixes[0].text}")
    for command in one.fixes[0].commands:
        console.say_unwrapped(f"  {command}")
    console.say("Then type `localai init` again. Nothing was changed.")
