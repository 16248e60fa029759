"""`Get-PnpDevice -Class Display`, as PowerShell prints it: names and PCI ids."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..model.reading import Readings
from ..model.source import Like
from . import _intel_chips, _words
from ._sighting import Listing, Sighting
from .windows_video import identity_of

RANK = 46
DEVICES = Like("command:powershell*Get-PnpDevice*")
SOURCES = (DEVICES,)
#: `OK  Display  NVIDIA GeForce RTX 5090 Laptop GPU  PCI\VEN_10DE&DEV_2C58&…`; status and class may lack
_DEVICE = re.compile(
    r"^(?:(?:OK|Error|Unknown|Degraded)\s+)?(?:Display\s+)?(\S.*?)\s{2,}(PCI\\VEN_\S+)",
    re.MULTILINE | re.IGNORECASE,
)


def see(readings: Readings) -> Iterator[Listing]:
    for key, text in readings.texts(DEVICES):
        found = (_sighting(name, path) for name, path in _DEVICE.findall(text))
        if cards := tuple(filter(None, found)):
            yield Listing(key, cards)


def _sighting(name: str, path: str) -> Sighting | None:
    identity = identity_of(path)
    vendor = _words.vendor_of(identity) if identity else None
    if vendor is None or _words.VIRTUAL.search(name):
        return None
    intels_own = vendor == "intel" and _intel_chips.integrated(identity, None, name)
    return Sighting(vendor, name=name, pci_id=identity, integrated=intels_own or None)
