"""OneAPI reaches an Intel card through Level Zero or OpenCL. Without their packages, without the
oneAPI environment in this shell, or without leave to open the card's files, it sees none.
"""

from __future__ import annotations

from ...model.finding import Evidence, Symptom
from ...probes.drivers import INTEL, Drivers
from ...probes.logs import Logs


def check(drivers: Drivers, logs: Logs) -> Symptom | None:
    driven = [card for card in drivers.of(INTEL) if card.driver in ("i915", "xe")]
    listed = next((t for k, t in logs.texts.items() if k.startswith("command:sycl-ls")), None)
    if not driven or listed is None or "gpu" in listed.lower():
        return None
    return Symptom(
        f"{driven[0].driver} drives {driven[0].label}, but sycl-ls lists no GPU.",
        (Evidence("command:sycl-ls", listed.strip()[:300] or "nothing"),),
        certainty=0.94,
    )
