"""Without it no program can reach the model. A restart of the computer, a crash or somebody's
`kill` ends it; it does not start by itself.
"""

from __future__ import annotations

from ...model.finding import Evidence, Symptom
from ...probes.setup import SetUpState


def check(setup: SetUpState) -> Symptom | None:
    if not setup.finished or setup.answers is not False or setup.stands_on_another:
        return None
    where = f"on port {setup.port}" if setup.port else "and nothing says where it ran"
    hung = (
        " Its process is stopped (Ctrl-Z or SIGSTOP)."
        if setup.examined.process == "stopped"
        else ""
    )
    what = f"The server of {setup.model} does not answer {where}.{hung}{_left(setup)}"
    return Symptom(what, (Evidence("file:<state>/server.json", f"port {setup.port}"),))


def _left(setup: SetUpState) -> str:
    """What goes on without it: where a watcher was killed, its servers and its proxy (macOS ends none)."""
    pids = setup.examined.left_behind
    if not pids:
        return ""
    go_on = "processes {} go on, which hold" if len(pids) > 1 else "process {} goes on, which holds"
    which = go_on.format(", ".join(map(str, pids)))
    return (
        f" Of what it had started {which} memory; `localai up` and `localai down` end exactly that."
    )
