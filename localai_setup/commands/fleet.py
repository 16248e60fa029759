"""The same command on many machines, through Ansible, and one report of all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from .. import __version__
from ..fleet import allowed, answers, gathering
from ..fleet.answers import Answer
from ..machine.fleet import ansible, pushing
from ..machine.fleet.pushing import Pushed
from ..model.decoding import DecodeError
from ..model.errors import Exit
from ..model.fleet import State
from ..model.policy import Policy
from ..ui import console, conversation, fleettext
from ..ui.conversation import asker_of
from . import _fleet_report
from ._fleet_words import in_our_words
from ._options import Options

#: these change something on the machines
CHANGES = ("init", "upgrade", "uninstall")


@dataclass(frozen=True)
class FleetRequest:
    """The flags. `arguments` are those of the command that is run on each machine; `push` is a folder with
    what is sent there first; `become_user` is who runs it there, the user that logs in where it is empty.
    """

    action: str
    inventory: Path
    limit: str = ""
    arguments: tuple[str, ...] = ()
    yes: bool = False
    dry_run: bool = False
    push: Path | None = None
    become_user: str = ""
    policy: Path | None = None
    html: Path | None = None


def fleet(options: Options, request: FleetRequest) -> Exit:
    """Run it on every machine of the inventory, and report; a machine that fails spoils no other."""
    policy = _fleet_report.policy(request.policy)
    ansible.program()  # nobody is asked for a yes to what cannot be done
    if request.action in CHANGES and not request.dry_run and not _agreed(request):
        console.say("Nothing was changed.")
        return Exit.OK
    about = gathering.About(
        request.action, __version__, _fleet_report.now(), is_dry=request.dry_run
    )
    with pushing.packed(request.push) as pushed:
        found = _answers(_job(options, request, pushed), policy)
        return _fleet_report.show(options, gathering.report(found, about), request.html)


def _agreed(request: FleetRequest) -> bool:
    """Whether it shall be done; what nobody answers is no yes."""
    if request.yes:
        return True
    which = f" that match {request.limit}" if request.limit else ""
    question = conversation.yes_or_no(
        f"Run `localai {request.action}` on all machines of {request.inventory}{which}?",
        "`--dry-run` shows what it would do there.",
        "--yes",
        "no",
    )
    return asker_of(yes=False).choose(question) == "yes"


def _job(options: Options, request: FleetRequest, pushed: Pushed) -> ansible.Job:
    """Nobody becomes root there because an inventory says so."""
    become: dict[str, object] = {"ansible_become": bool(request.become_user)}
    if request.become_user:
        become["ansible_become_user"] = request.become_user
    variables = {
        **become,
        "localai_arguments": list(request.arguments),
        "localai_common": ["--offline"] if options.offline else [],
        "localai_requirement": f"localai-setup=={__version__}",
        "localai_push_wheels": pushed.wheels,
        "localai_push_models": list(pushed.models),
    }
    return ansible.Job(request.inventory, request.action, variables, request.limit, request.dry_run)


def _answers(job: ansible.Job, policy: Policy | None) -> Iterator[Answer]:
    """One of each machine, told as it comes; of one that Ansible lost, that it did not answer."""
    waiting: dict[str, None] = {}
    for result in ansible.results(job):
        if result.kind == "asked":
            waiting[result.machine] = None
        elif result.machine in waiting:
            del waiting[result.machine]
            answer = allowed.judged(in_our_words(_answer(result, job.action)), policy)
            console.say(fleettext.arrived(answer.machine, dry_run=job.is_dry))
            yield answer
    yield from (
        answers.unanswered(name, "unreachable", "Ansible ended without its answer")
        for name in waiting
    )


def _answer(result: ansible.Result, action: str) -> Answer:
    document = result.document
    if result.kind != "ok":
        state: State = "unreachable" if result.kind == "unreachable" else "failed"
        return answers.unanswered(result.machine, state, result.message)
    changed = bool(document.get("changed")) if action in CHANGES else None
    if document.get("state") == "without-localai":
        return answers.unanswered(result.machine, "without-localai", result.message, changed)
    try:
        return answers.read(result.machine, document["documents"], changed)
    except (DecodeError, KeyError) as error:
        return answers.unanswered(result.machine, "failed", f"its answer cannot be read: {error}")
