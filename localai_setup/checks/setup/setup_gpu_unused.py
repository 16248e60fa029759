"""The model lies on the GPU where it was planned to.

Why: an engine that cannot use the GPU says so in one line of its log and goes on with the processor,
many times slower. Its log tells how many layers it put where.
"""

from __future__ import annotations

from ...model.finding import Evidence, Fix, Problem, Symptom, Unchecked
from ...probes.server_log import LOG, ServerLog
from ...probes.setup import SetUpState

PROBLEM = Problem(
    title="The GPU is not used as it was planned.",
    seen="Answers are slow, and the processor is busy while the GPU is idle.",
    why="The engine found the GPU out of reach, or its memory taken, when the server started: a driver "
    "that was updated, a computer that slept, another program on the GPU.",
    fixes=(
        Fix(
            "Start the server again; it looks for the GPU anew.",
            ("localai down", "localai up"),
            proof="localai doctor --only setup-gpu-unused",
            step="start-server",
        ),
        Fix("See whether the GPU itself is well, and what else uses it.", ("localai doctor",)),
        Fix("Choose again for this machine as it is now.", ("localai init",)),
    ),
    status="warn",
    likelihood=0.8,
)


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
    wanted = (
        f"{planned} were planned"
        if planned and planned < (log.layers or 0)
        else "all of it was to be on the GPU"
    )
    return Symptom(f"{what}; {wanted}.", (Evidence(LOG.key, log.line),), 0.95)
