"""One machine of a pool that is gone is the end of the server, until it lends again."""

from __future__ import annotations

import shlex

from ...model.finding import Evidence, Fix, Symptom
from ...model.lending import LenderNow
from ...probes.pool import STATE, Pool

PROOF = "localai pool"
AGAIN = Fix("Start it again; what is missing is brought again.", ("localai pool up",), proof=PROOF)
BY_ITSELF = Fix("It is tried again every minute; see whether it lends by now.", (PROOF,))


def check(pool: Pool) -> Symptom | None:
    if not pool.is_set_up:
        return None
    if pool.server == "not-kept":
        what = f"The pool of {pool.model} is set up and does not run."
        return Symptom(what, (Evidence(STATE.key, pool.server),), fixes=(AGAIN,))
    if not pool.gone:
        return None
    each = "; ".join(one.words for one in pool.gone)
    what = f"The pool of {pool.model} waits for machines that lend: {each}."
    evidence = tuple(Evidence(STATE.key, f"{one.member}: {one.state}") for one in pool.gone)
    return Symptom(what, evidence, fixes=tuple(dict.fromkeys(map(_fix, pool.gone))))


def _fix(one: LenderNow) -> Fix:
    if one.state in ("other-build", "files-gone", "port-taken"):
        return AGAIN
    if one.state == "lender-ended":
        return BY_ITSELF
    reach = f"ssh -o BatchMode=yes {shlex.quote(one.member)} true"
    return Fix(
        f"See whether {one.member} runs and lets you in without a question.", (reach,), proof=PROOF
    )
