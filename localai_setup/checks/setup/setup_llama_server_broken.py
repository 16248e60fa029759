"""`--version` proves nothing. A build for another processor dies the moment that it computes, and a
program that lacks a library or hangs is of no use either.
"""

from __future__ import annotations

from ...model.finding import Evidence, Symptom
from ...probes.proofs import RECORDED, Proof, Proofs
from ...probes.setup import SetUpState


def check(proofs: Proofs, setup: SetUpState) -> Symptom | None:
    """Worse where it is the very program that the set-up uses."""
    broken = [one for one in proofs.proofs if one.verdict in ("died", "timed-out", "refused")]
    if not broken:
        return None
    used = [one for one in broken if setup.program[:1] == (one.program,)]
    first: Proof = (used or broken)[0]
    return Symptom(
        f"`{first.program}` {first.words}.",
        (Evidence(RECORDED.key, first.reason or first.signal or first.verdict),),
        0.97 if first.signal else 0.9,
        status="fail" if used else "warn",
    )
