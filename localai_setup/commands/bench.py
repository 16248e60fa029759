"""Measure the model that was set up, beside what was predicted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timezone
from typing import Any

from .. import for_many
from ..machine.keeping import measurements
from ..machine.keeping.folders import folder
from ..machine.keeping.writing import write_atomically
from ..machine.running import drafting, measuring
from ..machine.running.measuring import Meter, Meters
from ..machine.workbench import Workbench
from ..model.errors import Exit
from ..model.measurement import Drafts, Measurement, SpeedPoint
from ..model.progress import Progress
from ..model.server import Running
from ..model.setup import SetUp
from ..server_start import start_of
from ..steps.start_server import StartServer
from ..ui import benchtext, console, jsonout, plot, progress
from ._options import Options
from ._setup import saved, server

SCHEMA = "localai.bench/1"
SHARED = "One of several servers was measured, which has a part of the cores only: later plans do not use it."


def bench(options: Options, seconds: float) -> Exit:
    """Measure speed at growing depths and memory; keep it for later plans, with a picture."""
    setup, workbench = saved(), Workbench(offline=options.offline)
    running = server(setup, workbench)
    meter = workbench.serving.meter(setup.place, setup.served_as, workbench.answers)
    run = _measured(setup, running, meter, seconds)
    if setup.settings.drafting:
        run = replace(run, drafts=_drafts(setup, workbench))
    if for_many.replicas(setup) == 1:
        measurements.keep(run)
    else:
        console.say(SHARED)
    picture = folder("state") / "bench.svg"
    write_atomically(picture, plot.svg(run).encode())
    if options.json:
        jsonout.write({"schema": SCHEMA, "measurement": run, "picture": str(picture)})
    else:
        benchtext.show(run, str(picture), seconds)
    return Exit.OK


def _measured(setup: SetUp, running: Running, meter: Meters[Any], seconds: float) -> Measurement:
    busy, depths = measuring.busy_share(), measuring.depths(setup.settings.context_each)
    points = _points(setup, meter, depths, seconds)
    return Measurement(
        model=setup.model,
        model_sha256=setup.model_sha256,
        build=setup.build,
        context=setup.settings.context,
        gpu_layers=setup.settings.gpu_layers,
        at=datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
        points=points,
        resident_mib=measuring.resident_mib(running.pid),
        buffers_mib=_buffers_mib(setup),
        predicted_tps=setup.predicted_tps,
        predicted_mib=setup.predicted_total_mib,
        left_out=() if setup.settings.embeddings else tuple(depths[len(points) :]),
        busy_share=busy,
        drafting=setup.settings.drafting,
        drafter_sha256=setup.drafter_sha256,
    )


def _drafts(setup: SetUp, workbench: Workbench) -> Drafts:
    """The server is started twice more: without drafting, and as it was."""
    start = start_of(setup)
    assert start, "only a server of ours drafts"
    with progress.shown() as report:
        report(Progress("measuring without drafting as well"))
        return drafting.drafts(start, workbench, workbench.answers)


def _buffers_mib(setup: SetUp) -> float | None:
    """All that the engine said it allocated when it was started."""
    started = (one.details for one in setup.receipts if one.step == StartServer.id)
    buffers = next(started, {}).get("buffers_mib")
    if not isinstance(buffers, Mapping) or not buffers:
        return None
    return float(sum(buffers.values()))


def _points(
    setup: SetUp, meter: Meters[Any], depths: list[int], seconds: float
) -> tuple[SpeedPoint, ...]:
    if setup.settings.embeddings:
        read = meter.embed
        if setup.settings.reranks and isinstance(meter, Meter):
            read = meter.rank
        return (measuring.reading_point(read, min(512, setup.settings.context_each // 2)),)
    with progress.shown() as report:

        def tell(depth: int) -> None:
            report(Progress(f"measuring with {depth} tokens in the context"))

        return tuple(measuring.points(meter, depths, seconds, tell))
