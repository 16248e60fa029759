"""Programs that were given the old address look in the wrong place."""

from __future__ import annotations

from ...model.finding import Evidence, Symptom
from ...probes.setup import SetUpState


def check(setup: SetUpState) -> Symptom | None:
    if not setup.answers or not setup.stated_port or setup.port == setup.stated_port:
        return None
    holder = setup.examined.port_holder
    taken = f" {holder} listens on the old one." if holder else ""
    return Symptom(
        f"Programs were told port {setup.stated_port}; the server runs on port {setup.port}.{taken}",
        (Evidence("file:<state>/server.json", f"port {setup.port}"),),
    )
