"""One model over several machines, set up and started after a yes."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ..machine.fleet import ssh
from ..machine.keeping import acceptances, locking
from ..machine.lending import pool
from ..machine.workbench import Workbench
from ..match.pool import Laid
from ..model.errors import Exit, LocalaiError
from ..model.lending import PoolSetUp
from ..model.licence import Licence
from ..model.server import Message
from ..ui import console, conversation, lendingtext, pooltext, progress
from ..ui.conversation import Asker
from . import _accepting, _pool_setting_up, _pool_words
from ._options import Options
from .init import LOCK_SECONDS
from .pool import RECORDINGS, USE, Planned, PoolRequest, planned, show
from .pool_state import tell_state

QUESTION: list[Message] = [{"role": "user", "content": "Say hello."}]
MOST_TOKENS = 16
ROOT = "root"


@dataclass(frozen=True)
class UpRequest:
    """`plan` names no members where what was set up before is to start again. `anyway`: also where the plan sees
    no gain. `accept_licence` as everywhere.
    """

    plan: PoolRequest
    yes: bool = False
    anyway: bool = False
    accept_licence: tuple[str, ...] = ()


def pool_up(options: Options, request: UpRequest) -> Exit:
    """Plan, tell, ask, bring what is needed to each, start it, and prove it by an answer."""
    if sys.platform == "win32":
        raise LocalaiError(
            "`localai pool up` runs on Linux and Macs alone.",
            "Its tunnels and what keeps them were tried there only.",
            "`localai pool --members HOST,HOST` plans on Windows too, and shows what to type.",
            Exit.USAGE,
        )
    bench = Workbench(offline=options.offline)
    if not request.plan.members:
        return _again(options, request, bench)
    _require_no_root(request.plan.members)
    found = planned(options, request.plan)
    laid = _worth_it(options, found, anyway=request.anyway)
    draft = _pool_setting_up.draft(laid, found.recipes, found.recipes.uses[USE], bench)
    asker = conversation.asker_of(yes=request.yes)
    if not _agreed(draft, laid, yes=request.yes):
        return Exit.OK
    _accepted(laid.subject.model.licence, request.accept_licence, asker)
    with locking.Lock("init", LOCK_SECONDS, console.say), progress.shown() as report:
        draft = _replacing(draft, bench)
        steps = _pool_setting_up.steps_here(laid, draft, found.recipes)
        setup = _pool_setting_up.carry_out(draft, steps, bench, report)
        _prove(setup, bench)
    return tell_state(options, pool.state(bench.processes))


def _require_no_root(members: Sequence[str]) -> None:
    """Raises LocalaiError where the program that lends would be started as root, for all who have a login there."""
    names = [one.strip() for one in members if not one.strip().endswith(RECORDINGS)]
    named = [one for one in names if one.startswith(f"{ROOT}@")]
    known = [] if named else [one for one in names if _logs_in_as_root(one)]
    if named or known:
        by_settings = (
            " `ssh` logs in as root there: by `User` in its settings, or as root runs this."
            if known
            else ""
        )
        raise LocalaiError(
            f"{[*named, *known][0]} would lend as root.",
            f"Whoever has a login there could run programs as the user that lends.{by_settings}",
            "Name another user of that machine; nothing of a pool needs root.",
            Exit.USAGE,
        )


def _logs_in_as_root(name: str) -> bool:
    ssh.check_name(name)
    return ssh.user_of(name) == ROOT


def _again(options: Options, request: UpRequest, bench: Workbench) -> Exit:
    """What was set up before, as it was planned then."""
    setup = pool.saved()
    there = setup and [Path(setup.program[0]), Path(setup.start.model_path)]
    if setup is None or not all(one.exists() for one in there or ()):
        raise LocalaiError(
            "There is no pool that could be started again.",
            "None was set up, or its engine or model was removed since.",
            "`localai pool up --members HOST,HOST` plans and sets up one.",
            Exit.USAGE,
        )
    _require_no_root([one.member for one in setup.lenders])
    if not _agreed(setup, None, yes=request.yes):
        return Exit.OK
    with locking.Lock("init", LOCK_SECONDS, console.say), progress.shown() as report:
        if (now := pool.saved()) is None or now.id != setup.id:
            raise LocalaiError(
                "The pool was changed by another localai in the meantime.",
                hint="`localai pool` says how it stands now.",
            )
        pool.stop(bench.processes)
        sent = _pool_setting_up.with_builds(now, bench, report)
        _prove(_pool_setting_up.started(sent, bench), bench)
    return tell_state(options, pool.state(bench.processes))


def _worth_it(options: Options, found: Planned, *, anyway: bool) -> Laid:
    """What is to be set up. Raises LocalaiError where nothing is, after the plan was shown."""
    laid, plan = found.found.laid, found.plan
    if not options.json:
        pooltext.tell(plan)
    if laid is None or laid.short_mib > 0 or not plan.pooled:
        raise _refused(options, found, "Nothing was set up.", Exit.NOTHING_FITS)
    if not plan.gain and not anyway:
        raise _refused(options, found, "Nothing was set up: the plan sees no gain.", Exit.PROBLEM)
    files = [one.member.name for one in laid.places if one.member.name.endswith(RECORDINGS)]
    if files:
        raise LocalaiError(
            f"{files[0]} is a recording, which lends no memory.",
            hint="Name the machine as `ssh` knows it.",
            exit_code=Exit.USAGE,
        )
    if found.found.verdict == "fits-one" or options.json:
        for words in _pool_words.before(laid, [one.member for one in laid.places]):
            console.say(words)
    return laid


def _refused(options: Options, found: Planned, what: str, code: Exit) -> LocalaiError:
    if options.json:
        show(options, found.plan)
    hint = "" if code == Exit.NOTHING_FITS else "`--anyway` sets it up all the same."
    return LocalaiError(what, found.plan.reason, hint, code)


def _agreed(setup: PoolSetUp, laid: Laid | None, *, yes: bool) -> bool:
    """Raises LocalaiError where nobody is there to say yes."""
    lendingtext.before(setup, laid.sent_bytes if laid else None)
    question = conversation.yes_or_no(
        "Shall I set this up, here and on the other machines?",
        "Nothing was changed yet.",
        "--yes",
        "no",
    )
    if yes or conversation.asker_of(yes=False).choose(question) == "yes":
        return True
    console.say("Nothing was changed.")
    return False


def _accepted(licence: Licence, named: Sequence[str], asker: Asker) -> None:
    """Raises LocalaiError where its conditions were not accepted."""
    if not licence.needs_acceptance or acceptances.of(licence):
        return
    if not {"all", licence.id.lower()} & {one.lower() for one in named}:
        question = _accepting.question(licence)
        _accepting.require(licence, asker, asker.choose(question))
    acceptances.keep(licence)


def _replacing(draft: PoolSetUp, bench: Workbench) -> PoolSetUp:
    """In the folders of the pool before where it has the same machines; else without that pool.

    Raises:
        LocalaiError: a machine of before is not reached, so that what lies there would be forgotten.

    """
    old = pool.saved()
    if old is None:
        return draft
    if {one.member for one in old.lenders} == {one.member for one in draft.lenders}:
        pool.stop(bench.processes)
        return replace(draft, id=old.id)
    if failed := _pool_setting_up.cleaned(old, bench):
        raise failed[0]
    return draft


def _prove(setup: PoolSetUp, bench: Workbench) -> None:
    """By an answer, while no other localai changes anything. Raises LocalaiError where none comes, which ends
    the pool, as Ctrl-C does.
    """
    from ..machine.keeping import api_keys

    question = {"messages": QUESTION, "max_tokens": MOST_TOKENS}
    try:
        bench.answers.ask(setup.port, question, api_keys.read())
    except BaseException:
        pool.stop(bench.processes)
        raise
