"""`/sys/class/drm/cardN/device`: what the kernel's display drivers hold, for every vendor."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from ..model.reading import Readings
from ..model.source import File, Like
from . import _amd_chips, _words
from ._sighting import Listing, Sighting

RANK = 5
DEVICE = "/sys/class/drm/card*/device/"
NAMES = [
    "uevent",
    "vendor",
    "device",
    "class",
    "boot_vga",
    "product_name",
    "mem_info_vram_total",
    "mem_info_vram_used",
    "mem_info_gtt_total",
]
ALL = Like(f"file:{DEVICE}*")
SOURCES = (*(File(DEVICE + name) for name in NAMES), ALL)
#: PCI base class of display controllers
DISPLAY_CLASS = 0x03
CARD = re.compile(r"file:(/sys/class/drm/card\d+)/device/(\w+)")
#: Drivers that hand the device on or cannot compute.
HELD_BY = {
    "vfio-pci": "it is handed to a virtual machine (vfio-pci)",
    "pci-stub": "it is set aside for a virtual machine (pci-stub)",
    "nouveau": "the nouveau driver holds it, which offers no CUDA",
}


def see(readings: Readings) -> Iterator[Listing]:
    cards: dict[str, dict[str, str]] = defaultdict(dict)
    for key, text in readings.texts(ALL):
        if found := CARD.fullmatch(key):
            cards[found[1]][found[2]] = text.strip()
    listed: dict[str, Sighting] = {}
    for path, files in cards.items():
        if sighting := _sighting(files):
            listed.setdefault(sighting.bus or path, sighting)
    if listed:
        yield Listing(f"file:{DEVICE}uevent", tuple(listed.values()))


def _sighting(files: dict[str, str]) -> Sighting | None:
    event = dict(re.findall(r"^(\w+)=(.*)$", files.get("uevent", ""), re.MULTILINE))
    vendor, device = (*event.get("PCI_ID", ":").split(":"), "")[:2]
    vendor_id = _words.hexadecimal(vendor) or _words.hexadecimal(files.get("vendor"))
    identity = _words.pci_id(vendor_id, _words.hexadecimal(device or files.get("device")))
    held = event.get("DRIVER", "")
    maker = _words.VENDORS.get(f"{vendor_id or 0:04x}")
    if maker is None or not _is_display(files, event):
        return None
    return Sighting(
        maker,
        name=_words.value(files.get("product_name")),
        memory_mib=_words.byte_mib(files.get("mem_info_vram_total")),
        gtt_mib=_words.byte_mib(files.get("mem_info_gtt_total")),
        used_mib=_words.byte_mib(files.get("mem_info_vram_used")),
        pci_id=identity,
        bus=_words.bus(event.get("PCI_SLOT_NAME")),
        integrated=_amd_chips.integrated(identity, None, None) if maker == "amd" else None,
        usable=False if held in HELD_BY else None,
        why_not=HELD_BY.get(held),
    )


def _is_display(files: dict[str, str], event: dict[str, str]) -> bool:
    """PCI base class 03, where the class was recorded."""
    number = _words.hexadecimal(files.get("class") or event.get("PCI_CLASS"))
    return number is None or number >> 16 == DISPLAY_CLASS
