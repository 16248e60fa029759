"""What `doctor --fix` does: repair what is ours, prove it, and run system commands that were allowed."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from .. import planner
from ..diagnosis import fixing
from ..diagnosis.unattended import safe_argv, starts_a_program, why_attended
from ..machine.keeping import statefile
from ..machine.keeping.locking import Lock
from ..machine.running.processes import Processes
from ..machine.workbench import Workbench
from ..model.facts import Facts
from ..model.finding import Finding, Fix
from ..model.plan import Step
from ..ui import console, conversation, progress
from . import _reach
from ._recipes import load_recipes

#: A proof reads; one that takes longer hangs.
PROOF_SECONDS = 60.0


@dataclass(frozen=True)
class Proof:
    """How the proof of a fix ended, with its last words."""

    command: str
    held: bool
    words: str


def repair(found: Sequence[Finding], facts: Facts, *, offline: bool) -> list[Step]:
    """Run the steps that repair what is ours, and tell their titles.

    Raises:
        LocalaiError: a step failed, or another localai is at work.

    """
    if not fixing.repairable(found):
        return []
    bench = Workbench(offline)
    with Lock("init"), progress.shown() as shown:
        setup = statefile.load()
        if setup:
            setup = planner.with_libraries(setup, load_recipes(), facts)
            setup = planner.without_slow_drafting(setup, facts)
        steps = fixing.steps_to_run(found, setup)
        with _reach.kept(setup.place if setup else None, bench):
            fixing.repair(steps, setup, bench, statefile.save, shown)
        running = bench.serving.running(setup.place) if setup else None
        if setup and running and running.port != setup.port:
            console.say(f"The server's address is {running.address} from now on.")
    for step in steps:
        console.say(f"Repaired: {step.title}")
    return steps


def prove(fixes: Iterable[Fix]) -> list[Proof]:
    """Run each proof that is safe to run, once."""
    commands = dict.fromkeys(fix.proof for fix in fixes if fix.proof)
    return [_prove(command, argv) for command in commands if (argv := safe_argv(command))]


def _prove(command: str, argv: tuple[str, ...]) -> Proof:
    package = Path(__file__).parents[1]
    own = (sys.executable, "-m", package.name)
    ours = {"PYTHONPATH": str(package.parent)}
    try:
        if argv[0] == "localai":
            done = Processes().run((*own, *argv[1:]), PROOF_SECONDS, ours, package)
        else:
            done = Processes().run(argv, PROOF_SECONDS)
    except OSError as error:
        return _stated(Proof(command, held=False, words=error.strerror or str(error)))
    words = (done.stdout.strip() or done.stderr.strip()).rpartition("\n")[2][:200]
    return _stated(Proof(command, held=done.exit_code == 0, words=words))


def _stated(proof: Proof) -> Proof:
    how = "It worked" if proof.held else "Not well yet"
    console.say(f"{how}: `{proof.command}` says: {proof.words or 'nothing'}")
    return proof


def change_system(found: Iterable[Finding], *, yes: bool) -> list[Fix]:
    """Ask for each command that changes the system by itself and run those that were allowed.

    With `yes` nobody is asked; then only the first way out of a problem is taken, and only where
    `unattended.why_attended` has nothing against it.

    Raises:
        LocalaiError: a question, no terminal, and no `yes`.

    """
    return [
        fix
        for one in found
        if one.status != "info" and (fix := _of_the_system(one)) and _carried_out(one, fix, yes=yes)
    ]


def _of_the_system(one: Finding) -> Fix | None:
    """The first way out where it needs an administrator, or starts a program that is not ours."""
    ways = [fix for fix in one.fixes if fix.commands]
    changes = bool(ways) and (ways[0].needs_root or starts_a_program(ways[0]))
    return ways[0] if changes else None


def _carried_out(one: Finding, fix: Fix, *, yes: bool) -> bool:
    """Whether all commands of this fix ran well."""
    console.say(f"\n{one.title}\n→ {fix.text}")
    if fix.loses:
        console.say(f"Careful: {fix.loses}")
    reason = why_attended(fix) if yes else ""
    if reason:
        console.say(f"Not run: {reason}")
        return False
    return all(_allowed(command, yes=yes) and _ran(command, yes=yes) for command in fix.commands)


def _allowed(command: str, *, yes: bool) -> bool:
    if yes:
        return True
    asker = conversation.asker_of(yes=False)
    words = f"Run this command?  {command}"
    why = "It changes the system, outside of localai's own folders."
    question = conversation.yes_or_no(words, why, "--yes", "no")
    return asker.choose(question) == "yes"


def _ran(command: str, *, yes: bool) -> bool:
    console.say_unwrapped(f"$ {command}")
    code = Processes().run_shown(command, says_yes=yes)
    if code:
        console.say(f"It ended with exit code {code}; what follows it was not run.")
    return code == 0
