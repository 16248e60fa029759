"""The port that programs were told of is free for our server.

Why: another program that listens there gets the questions meant for the model.
"""

from __future__ import annotations

from ...model.finding import Evidence, Fix, Problem, Symptom
from ...probes.setup import SetUpState

PROBLEM = Problem(
    title="Another program listens on the port of our server.",
    seen="Programs that used the model get strange answers or errors from somebody else.",
    why="While our server was away, another program took its port.",
    fixes=(
        Fix("End that program, then start the server: it takes its old port.", ("localai up",)),
        Fix(
            "Or start it on the next free port, and give your programs the new address.",
            ("localai doctor --fix", "localai status"),
            proof="localai status",
            step="start-server",
        ),
    ),
    status="warn",
    likelihood=0.95,
)


def check(setup: SetUpState) -> Symptom | None:
    holder = setup.examined.port_holder
    if not holder or setup.answers:
        return None
    what = f"{holder} listens on port {setup.told_port}, which programs were told is the model's."
    return Symptom(what, (Evidence("call:localai.examine", f"port {setup.told_port}: {holder}"),))
