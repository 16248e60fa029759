"""An engine that cannot use the GPU says so in one line of its log and goes on with the processor,
many times slower. Its log tells how many layers it put where.
"""

from __future__ import annotations

from ...model.finding import Evidence, Symptom, Unchecked
from ...probes.server_log import LOG, ServerLog
from ...probes.setup import SetUpState


def check(setup: SetUpState, log: ServerLog) -> Symptom | Unchecked | None:
    planned = setup.settings.gpu_layers if setup.settings else 0
    if not setup.answers or not planned:
        return None
    if log.offloaded is None:
        return _by_buffers(log)
    if log.offloaded >= min(planned, log.layers or planned):
        return None
    return _symptom(f"{log.offloaded} of {log.layers} layers lie on the GPU", planned, log)


def _by_buffers(log: ServerLog) -> Symptom | Unchecked | None:
    if not log.weights:
        return Unchecked("the server's log does not say where the model lies")
    if not all(one.on_host for one in log.weights):
        return None
    return _symptom("The whole model lies in main memory", 0, log)


def _symptom(what: str, planned: int, log: ServerLog) -> Symptom:
    requested = (
        f"{planned} were planned"
        if planned and planned < (log.layers or 0)
        else "all of it was to be on the GPU"
    )
    return Symptom(f"{what}; {requested}.", (Evidence(LOG.key, log.line),), 0.95)
