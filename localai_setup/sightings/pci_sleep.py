"""`/sys/bus/pci/devices`: cards that are there, and which of them sleep to save power.

Reading these files wakes nothing; `lspci` and the vendors' tools do. A sleeping card is left alone
by a plain `detect`, and asked by `init`, `doctor` and `record`, which need to know it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..model.facts import Unknown
from ..model.reading import Readings
from ..model.source import Call, File
from . import _words
from ._sighting import Listing, Sighting, Vendor

RANK = 95
DEVICE = "/sys/bus/pci/devices/*/"
UEVENT, STATUS = File(DEVICE + "uevent"), File(DEVICE + "power/runtime_status")
SOURCES = (UEVENT, STATUS)
#: `true` where the command that asks has need to wake a card
MAY_WAKE = Call("localai.may-wake")
DISPLAY = re.compile(r"(?m)^PCI_CLASS=0?3[0-9A-F]{4}$", re.IGNORECASE)
IDENTITY = re.compile(r"(?m)^PCI_ID=([0-9A-F]{4}):([0-9A-F]{4})$", re.IGNORECASE)
ASLEEP = "it sleeps to save power, and was not woken to be asked"


def see(readings: Readings) -> Iterator[Listing]:
    """Display devices by their ids; what a sleeping one has was not asked."""
    cards = tuple(_card(key, *ids) for key, ids in _displays(readings))
    left = asleep(readings)
    unknown = (
        Unknown(f"gpus.{vendor}", "unsupported", ASLEEP, STATUS.key) for vendor in sorted(left)
    )
    if cards or left:
        yield Listing(UEVENT.key, cards, unknown=tuple(unknown))


def asleep(readings: Readings) -> set[Vendor]:
    """Vendors of cards that sleep and are not to be woken now."""
    if readings.text(MAY_WAKE) == "true":
        return set()
    states = {key.split("/")[5]: text.strip() for key, text in readings.texts(STATUS)}
    found = ((key.split("/")[5], ids) for key, ids in _displays(readings))
    makers = (_words.VENDORS.get(ids[0]) for slot, ids in found if states.get(slot) == "suspended")
    return {maker for maker in makers if maker}


def _displays(readings: Readings) -> Iterator[tuple[str, tuple[str, str]]]:
    for key, text in readings.texts(UEVENT):
        ids = IDENTITY.search(text)
        if ids and DISPLAY.search(text) and ids[1].lower() in _words.VENDORS:
            yield key, (ids[1].lower(), ids[2].lower())


def _card(key: str, vendor: str, device: str) -> Sighting:
    return Sighting(
        _words.VENDORS[vendor], pci_id=f"{vendor}:{device}", bus=_words.bus(key.split("/")[5])
    )
