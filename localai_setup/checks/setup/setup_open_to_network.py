"""Plain http can be read by whoever is on the way."""

from __future__ import annotations

from ...model.finding import Evidence, Symptom
from ...model.server import HOST
from ...probes.setup import SetUpState


def check(setup: SetUpState) -> Symptom | None:
    if not setup.answers or setup.listen == HOST:
        return None
    return Symptom(
        f"The server can be reached at {setup.listen}, port {setup.port}, by whoever has the API key.",
        (Evidence("file:<state>/server.json", f"listen {setup.listen}"),),
    )
