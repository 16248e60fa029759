"""`localai fit`: the memory and speed of one model with a given placement."""

from __future__ import annotations

import os
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ..fit.gguf import HeaderRefusedError
from ..fit.memory import ROW, Placement, estimate
from ..fit.shape import shape
from ..fit.speed import Cores, speed
from ..machine.gguf_file import read_header
from ..model.errors import Exit, LocalaiError
from ..ui import console, jsonout
from ._options import Options


def fit(options: Options, path: Path, place: Placement) -> Exit:
    """Print what the model at `path` needs; LocalaiError where the file or a setting is unusable."""
    _check(place)
    try:
        model = shape(read_header(path))
    except HeaderRefusedError as refused:
        raise LocalaiError(f"{path} cannot be sized: {refused}.") from None
    memory = estimate(model, place)
    pace = None
    if place.gpu_layers == 0:
        pace = asdict(speed(model, place, Cores(os.cpu_count() or 1)))
    numbers: dict[str, Any] = asdict(memory)
    exact = numbers.pop("exact")
    document = {"schema": "localai.fit/1", "model": path.name, "exact": exact}
    document |= {"memory": numbers, "speed": pace}
    if options.json:
        jsonout.write(document)
    else:
        _show(document)
    return Exit.OK


def _check(place: Placement) -> None:
    for name in (place.kv_type_k, place.kv_type_v):
        if name not in ROW:
            raise LocalaiError(
                f"The cache type {name!r} is not known.",
                hint=f"Take one of {', '.join(ROW)}: `--kv-type q8_0`.",
                exit_code=Exit.USAGE,
            )


def _show(document: dict[str, Any]) -> None:
    memory, out = document["memory"], console.out()
    rows = {"total": memory["total_mib"], "GPU": memory["gpu_mib"], "host": memory["host_mib"]}
    for name, mib in (rows | memory["parts"]).items():
        out.print(f"{name:12} {mib:12.1f} MiB", markup=False)
    if not document["exact"]:
        out.print("This architecture is beyond our measured rules: the figures are a bound.")
