"""The server that was set up answers.

Why: without it no program can reach the model. A restart of the computer, a crash or somebody's
`kill` ends it; it does not start by itself.
"""

from __future__ import annotations

from ...model.finding import Evidence, Fix, Problem, Symptom
from ...probes.setup import SetUpState

PROBLEM = Problem(
    title="The server is not running.",
    seen="Programs that use the model say that the connection was refused.",
    why="Without it no program can reach the model.",
    fixes=(Fix("Start it again.", ("localai up",), proof="localai status", step="start-server"),),
    status="warn",
    likelihood=0.9,
)


def check(setup: SetUpState) -> Symptom | None:
    if not setup.finished or setup.answers is not False:
        return None
    where = f"on port {setup.port}" if setup.port else "and nothing says where it ran"
    hung = (
        " Its process is stopped (Ctrl-Z or SIGSTOP)."
        if setup.examined.process == "stopped"
        else ""
    )
    what = f"The server of {setup.model} does not answer {where}.{hung}"
    return Symptom(what, (Evidence("file:<state>/server.json", f"port {setup.port}"),))
