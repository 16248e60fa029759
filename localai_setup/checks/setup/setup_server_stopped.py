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
    what = f"The server of {setup.model} does not answer {where}.{hung}"
    return Symptom(what, (Evidence("file:<state>/server.json", f"port {setup.port}"),))
