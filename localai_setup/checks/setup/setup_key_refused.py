"""A program that was connected before the server asked for a key sends none, or another one."""

from __future__ import annotations

from ...model.finding import Evidence, Symptom
from ...probes.server_log import LOG, ServerLog
from ...probes.setup import SetUpState


def check(setup: SetUpState, log: ServerLog) -> Symptom | None:
    if not setup.answers or not log.refusals:
        return None
    times = "once" if log.refusals == 1 else f"{log.refusals} times"
    what = f"Since it was started the server refused a request without the right API key {times}."
    return Symptom(what, (Evidence(LOG.key, log.refusal),))
