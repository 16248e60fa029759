"""The server is where init said that it is.

Why: programs that were given the old address look in the wrong place.
"""

from __future__ import annotations

from ...model.finding import Evidence, Fix, Problem, Symptom
from ...probes.setup import SetUpState

PROBLEM = Problem(
    title="The server has moved to another port.",
    seen="Programs that worked before say that the connection was refused.",
    why="The port of before was taken when the server started again, so it took the next free one.",
    fixes=(
        Fix(
            "Start it again; it takes the old port where that is free by now.",
            ("localai down", "localai up"),
            proof="localai status",
            step="start-server",
        ),
        Fix("Or give your programs the new address.", ("localai status",)),
    ),
    status="warn",
)


def check(setup: SetUpState) -> Symptom | None:
    if not setup.answers or not setup.told_port or setup.port == setup.told_port:
        return None
    holder = setup.examined.port_holder
    taken = f" {holder} listens on the old one." if holder else ""
    return Symptom(
        f"Programs were told port {setup.told_port}; the server runs on port {setup.port}.{taken}",
        (Evidence("file:<state>/server.json", f"port {setup.port}"),),
    )
