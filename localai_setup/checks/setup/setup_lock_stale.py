"""No lock of localai is held by a process that does nothing.

Why: two at work on one set-up would undo each other's work, so the second waits for the first; where
the first is stopped or gone, it waits in vain.
"""

from __future__ import annotations

from ...model.finding import Evidence, Fix, Problem, Symptom
from ...probes.setup import SetUpState

PROBLEM = Problem(
    title="A lock of localai is held by a process that does nothing.",
    seen="`Another localai is at work on this set-up`, and none is to be seen.",
    why="A localai was stopped in the middle of its work (Ctrl-Z does that), or its computer is gone "
    "and the folder lies on a network disk.",
    fixes=(
        Fix("Where it was stopped by Ctrl-Z, let it go on in its terminal.", ("fg",)),
        Fix(
            "Let go of locks whose holder is gone.",
            ("localai doctor --fix",),
            proof="localai doctor --only setup-lock-stale",
            step="own-files",
        ),
    ),
    status="warn",
)


def check(setup: SetUpState) -> Symptom | None:
    for lock in setup.examined.locks:
        pid, holder = lock.pid, lock.holder
        if holder in ("stopped", "gone"):
            how = (
                f"is stopped; `kill -CONT {pid}` lets it go on"
                if holder == "stopped"
                else "is gone"
            )
            what = f"Process {pid} holds the lock `{lock.name}` and {how}."
            return Symptom(what, (Evidence("call:localai.examine", f"process {pid}: {holder}"),))
    return None
