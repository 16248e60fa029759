"""A speed far below the prediction means that something holds it back: a GPU that is not used,
memory that is swapped, a processor that is throttled.
"""

from __future__ import annotations

from ...model.finding import Evidence, Symptom, Unchecked
from ...probes.setup import SetUpState

#: Predictions come with a band of about a factor of two; below this share nobody would call it normal.
LOWEST_SHARE = 0.2
#: Where other programs use more of the processors, their work is what is measured.
BUSY_SHARE = 0.15


def check(setup: SetUpState) -> Symptom | Unchecked | None:
    now, hoped = setup.asked.tps, setup.predicted_tps
    if not now or not hoped or now >= LOWEST_SHARE * hoped:
        return None
    if setup.asked.others > BUSY_SHARE:
        return Unchecked("other programs keep the processor busy, so that no speed can be judged")
    before = f", and {setup.measured_tps:.0f} when it was set up" if setup.measured_tps else ""
    return Symptom(
        f"{setup.model} writes {now:.1f} tokens per second; about {hoped:.0f} were predicted{before}.",
        (Evidence("call:localai.ask", f"{now:.1f} tokens per second"),),
    )
