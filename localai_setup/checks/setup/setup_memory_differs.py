"""The plan leaves room for other programs by what it predicts."""

from __future__ import annotations

from dataclasses import asdict

from ...buffers import parts
from ...model.finding import Evidence, Symptom
from ...model.sizes import mib_words
from ...probes.server_log import LOG, ServerLog
from ...probes.setup import SetUpState

#: Predictions that are called exact were within 3 % wherever they were measured.
LARGEST_RATIO = 1.05
#: Buffers are rounded up to pages, and small models to whole batches.
LEAST_MIB = 32.0


def check(setup: SetUpState, log: ServerLog) -> Symptom | None:
    stated, planned = asdict(parts(log.buffers)), setup.needs_mib
    total = sum(stated.values())
    if not planned or total < max(planned * LARGEST_RATIO, planned + LEAST_MIB):
        return None
    each = ", ".join(f"{kind} {mib_words(mib, 2)}" for kind, mib in stated.items() if mib)
    what = f"The engine allocated {mib_words(total, 2)}; {mib_words(planned, 2)} were planned."
    return Symptom(what, (Evidence(LOG.key, each),))
