"""`/sys/class/kfd/kfd/topology`: AMD devices (and partitions of them) that ROCm can compute on."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..model.reading import Readings
from ..model.source import File
from . import _amd_chips, _words
from ._sighting import Listing, Sighting

RANK = 12
AMD = 0x1002
NODES = "/sys/class/kfd/kfd/topology/nodes/*/"
PROPERTIES = File(NODES + "properties")
BANKS = File(NODES + "mem_banks/*/properties")
SOURCES = (PROPERTIES, BANKS)
#: KFD's heap types of a device's own memory: public and private frame buffer
FRAME_BUFFERS = {1, 2}


def see(readings: Readings) -> Iterator[Listing]:
    found = []
    for key, text in readings.texts(PROPERTIES):
        sighting = _sighting(numbers(text), _memory(readings, key))
        found += [sighting] if sighting else []
    if found:
        yield Listing(PROPERTIES.key, tuple(found))


def numbers(text: str) -> dict[str, int]:
    return {
        name: int(value) for name, value in re.findall(r"^(\w+) (\d{1,20})\s*$", text, re.MULTILINE)
    }


def _memory(readings: Readings, key: str) -> float | None:
    banks = key.removesuffix("properties") + "mem_banks/*/properties"
    sizes = [
        bank.get("size_in_bytes", 0)
        for bank in (numbers(text) for _, text in readings.texts(banks))
        if bank.get("heap_type") in FRAME_BUFFERS
    ]
    return sum(sizes) / 1024**2 or None


def _sighting(node: dict[str, int], memory_mib: float | None) -> Sighting | None:
    if not node.get("simd_count") or node.get("vendor_id", AMD) != AMD:
        return None
    identity = _words.pci_id(node.get("vendor_id"), node.get("device_id"))
    gfx = _amd_chips.gfx_of_number(node.get("gfx_target_version", 0))
    location = node.get("location_id")
    return Sighting(
        "amd",
        memory_mib=memory_mib,
        gfx=_amd_chips.target(identity) or gfx,
        pci_id=identity,
        bus=_words.bus_of_number(location, node.get("domain", 0)) if location else None,
        integrated=_amd_chips.integrated(identity, gfx, None),
    )
