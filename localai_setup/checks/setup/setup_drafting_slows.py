"""Drafting costs a check of every guess; where guesses are wrong or checks are dear, it slows."""

from __future__ import annotations

from pathlib import PurePath

from ...model.finding import Evidence, Symptom
from ...probes.measurements import STORE, Measurements
from ...probes.setup import SetUpState


def check(setup: SetUpState, measured: Measurements) -> Symptom | None:
    if setup.settings is None:
        return None
    file = setup.drafter_sha256
    drafts = measured.drafts(setup.model, setup.build, setup.settings, file)
    if drafts is None or drafts.gain >= 1:
        return None
    who = f"the drafter {PurePath(setup.drafter_path).name}" if setup.drafter_path else "drafting"
    what = (
        f"{setup.model} writes {drafts.with_tps:.1f} tokens per second with {who} and "
        f"{drafts.without_tps:.1f} without."
    )
    held = f"{drafts.taken_share:.0%} of the drafts held"
    return Symptom(what, (Evidence(STORE.key, held),), 0.9)
