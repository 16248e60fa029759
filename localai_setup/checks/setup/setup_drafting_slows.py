"""Drafting costs a check of every guess; where guesses are wrong or checks are dear, it slows."""

from __future__ import annotations

from ...model.finding import Evidence, Symptom
from ...probes.measurements import STORE, Measurements
from ...probes.setup import SetUpState


def check(setup: SetUpState, measured: Measurements) -> Symptom | None:
    if setup.settings is None:
        return None
    drafts = measured.drafts(setup.model, setup.build, setup.settings)
    if drafts is None or drafts.gain >= 1:
        return None
    what = (
        f"{setup.model} writes {drafts.with_tps:.1f} tokens per second with drafting and "
        f"{drafts.without_tps:.1f} without."
    )
    held = f"{drafts.taken_share:.0%} of the drafts held"
    return Symptom(what, (Evidence(STORE.key, held),), 0.9)
