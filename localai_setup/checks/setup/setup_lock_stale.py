"""Two at work on one set-up would undo each other's work, so the second waits for the first; where
the first is stopped or gone, it waits in vain.
"""

from __future__ import annotations

from ...model.finding import Evidence, Symptom
from ...probes.setup import SetUpState


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
