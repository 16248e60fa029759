"""An Intel card works only where the kernel's driver, its firmware and the compute runtime all know
it; the oldest of them decides.
"""

from __future__ import annotations

from ...model.finding import Evidence, Symptom
from ...probes.drivers import INTEL, Drivers
from ...probes.host import Host

#: First and last PCI number of a family → the first kernel that drives it.
NEEDED = (
    ((0x5690, 0x56FF), (6, 2), "Arc A"),
    ((0xE200, 0xE2FF), (6, 12), "Arc B"),
    ((0x6400, 0x64FF), (6, 12), "Lunar Lake graphics"),
    ((0x7D40, 0x7DFF), (6, 7), "Core Ultra graphics"),
)


def check(drivers: Drivers, host: Host) -> Symptom | None:
    if host.wsl or not drivers.release:
        return None
    for card in drivers.of(INTEL):
        for (first, last), kernel, family in NEEDED:
            known = first <= (card.device or 0) <= last and card.driver not in ("i915", "xe")
            if known and drivers.release < kernel:
                requested = ".".join(map(str, kernel))
                return Symptom(
                    f"{family} needs kernel {requested} or newer; this one is {drivers.kernel}, and no driver holds the card.",
                    (Evidence(card.source, card.label),),
                    certainty=0.93 if card.driver == "" else 0.85,
                )
    return None
