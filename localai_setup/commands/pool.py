"""One bigger model over several machines: planned over all of them, held against the best of them alone."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

from .. import survey
from ..machine.asking import recorded
from ..machine.fleet import ssh
from ..machine.keeping import statefile
from ..machine.workbench import Workbench
from ..match import Wish
from ..match.pool import Found, Member, together
from ..model.errors import Exit, LocalaiError, unknown_name
from ..model.facts import Facts
from ..model.pool import SCHEMA, PoolMember, PoolPlan
from ..model.recipe import Recipes
from ..ui import console, jsonout, pooltext
from . import _memory_speed, _own_server, _policy, _pool_plan
from ._names import LISTED
from ._options import Options
from ._recipes import load_recipes

HERE = "this computer"
#: what a person calls this computer, and would count its memory twice
LOOPBACK = ("localhost", "::1")
RECORDINGS = (".json", ".json.gz")
USE = "chat"
#: connections at a time
AT_ONCE = 16


@dataclass(frozen=True)
class PoolRequest:
    """The flags. `members` are names for ssh, or files with a recording each; `model` is the id of one of the
    recipes, empty for the best; `context` 0 what a chat needs.
    """

    members: tuple[str, ...]
    model: str = ""
    context: int = 0


@dataclass(frozen=True)
class Planned:
    """The plan, and what it rests on."""

    plan: PoolPlan
    found: Found
    recipes: Recipes


def pool(options: Options, request: PoolRequest) -> Exit:
    """Ask each, plan, and tell; nothing is changed anywhere."""
    plan = planned(options, request).plan
    show(options, plan)
    return _exit(plan)


def planned(options: Options, request: PoolRequest) -> Planned:
    """Each is asked. Raises LocalaiError where one cannot be, or may not."""
    recipes = load_recipes()
    if request.model and request.model not in recipes.models:
        raise unknown_name("model", request.model, recipes.models, LISTED)
    recipes = _policy.allowed(recipes, request.model or None)
    names = _names(options, request.members)
    console.say(f"Looking at {HERE} and asking {len(names)} more…")
    with ThreadPoolExecutor(AT_ONCE) as threads:
        asked = list(threads.map(_asked, names))
    members = [Member(HERE, _facts_here(options), None, is_here=True)]
    members += [one for one in asked if isinstance(one, Member)]
    silent = [one for one in asked if isinstance(one, PoolMember)]
    found = together(members, recipes, Wish(USE, request.model, request.context))
    return Planned(_pool_plan.plan(found, members, silent, recipes.uses[USE]), found, recipes)


def _exit(plan: PoolPlan) -> Exit:
    if plan.verdict == "too-large":
        return Exit.NOTHING_FITS
    return Exit.OK if all(one.state == "answered" for one in plan.members) else Exit.PROBLEM


def show(options: Options, plan: PoolPlan) -> None:
    if options.json:
        jsonout.write({"schema": SCHEMA, **asdict(plan)})
    else:
        pooltext.show(plan)


def _names(options: Options, given: Sequence[str]) -> list[str]:
    """Each once.

    Raises:
        LocalaiError: one cannot be asked, or may not be.

    """
    names = list(dict.fromkeys(one.strip() for one in given if one.strip()))
    known: dict[str, str] = {}
    for one in names:
        if one.endswith(RECORDINGS):
            continue
        ssh.check_name(one)
        host = _host(one)
        same = HERE if _is_here(host) else known.setdefault(host, one)
        if same != one:
            raise LocalaiError(
                f"{one} is {same}, which is one of them already.",
                "Its memory would be counted twice.",
                "Name each of the others once.",
                Exit.USAGE,
            )
        if options.offline:
            raise LocalaiError(
                f"{one} would be asked over the network.",
                "`--offline` sends nothing beyond this computer.",
                "Leave it out, or name a recording: `localai record FILE` writes one there.",
                Exit.USAGE,
            )
        ssh.program()
    if not names:
        raise LocalaiError(
            "No other machine is named.",
            hint="`localai pool --members HOST,HOST` names them as `ssh` knows them.",
            exit_code=Exit.USAGE,
        )
    return names


def _host(name: str) -> str:
    """What of it says which machine it is."""
    return name.rpartition("@")[2].strip("[]").rstrip(".").lower()


def _is_here(host: str) -> bool:
    return host in (*LOOPBACK, socket.gethostname().lower()) or host.startswith("127.")


def _asked(name: str) -> Member | PoolMember:
    """The machine, or why it cannot take part."""
    if name.endswith(RECORDINGS):
        return Member(name, survey.facts(survey.read(recorded.load(Path(name)))))
    answer = ssh.ask(name)
    if not answer.is_connected:
        return PoolMember(name, state="unreachable", why=answer.why or "ssh made no connection")
    if answer.code == ssh.NOT_FOUND:
        return PoolMember(name, state="without-localai", why="localai is not installed there")
    if answer.document is None:
        return PoolMember(name, state="failed", why=answer.why or "it sent no recording")
    try:
        machine = recorded.machine_of(answer.document)
    except recorded.NotARecordingError as error:
        return PoolMember(name, state="failed", why=str(error))
    return Member(name, survey.facts(survey.read(machine)), answer.round_trip_ms)


def _facts_here(options: Options) -> Facts:
    """As if the server that stands here held no memory: it would be stopped for a larger one."""
    facts = options.facts()
    if options.replay:
        return facts
    return _own_server.memory_freed(_memory_speed.measured(facts), statefile.peek(), Workbench())
