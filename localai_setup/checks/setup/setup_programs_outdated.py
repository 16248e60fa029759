"""Settings of other programs that `localai connect` wrote lead to an address or a model of before."""

from __future__ import annotations

from ...model.finding import Evidence, Symptom
from ...model.server import HOST
from ...probes.connected import RECORD, ConnectedProgram, ConnectedPrograms
from ...probes.setup import SetUpState


def check(setup: SetUpState, connected: ConnectedPrograms) -> Symptom | None:
    if not setup.answers or setup.port is None:
        return None
    address, model = f"http://{HOST}:{setup.port}/v1", setup.served_as or setup.model
    moved = [one for one in connected.programs if one.address and one.address != address]
    changed = [one for one in connected.programs if one not in moved and one.model != model]
    if not moved and not changed:
        return None
    parts = []
    if moved:
        parts.append(f"{_names(moved)} use {moved[0].address}; the server is at {address}.")
    if changed:
        parts.append(f"{_names(changed)} ask for {changed[0].model}; the server has {model}.")
    first = (*moved, *changed)[0]
    return Symptom(" ".join(parts), (Evidence(RECORD.key, f"{first.program}: {first.file}"),))


def _names(programs: list[ConnectedProgram]) -> str:
    return "The settings of " + ", ".join(one.program for one in programs)
