"""A page in a browser can send requests to any port of the computer that it is shown on."""

from __future__ import annotations

from ...model.finding import Evidence, Symptom
from ...probes.setup import SetUpState


def check(setup: SetUpState) -> Symptom | None:
    if not setup.answers or setup.asks_for_key is not False:
        return None
    return Symptom(
        f"The server on port {setup.port} answers every program, user and web page on this computer.",
        (Evidence("file:<state>/server.json", "no API key"),),
    )
