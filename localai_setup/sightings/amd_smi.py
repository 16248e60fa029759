"""`amd-smi static`: indented blocks, one for each GPU."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..model.reading import Readings
from ..model.source import Like
from . import _amd_chips, _words
from ._sighting import Listing, Sighting

RANK = 17
STATIC = Like("command:amd-smi static*")
SOURCES = (STATIC,)


def see(readings: Readings) -> Iterator[Listing]:
    for key, text in readings.texts(STATIC):
        blocks = re.split(r"^GPU:\s*(\d{1,3})\s*$", text, flags=re.MULTILINE)
        pairs = zip(blocks[1::2], blocks[2::2], strict=True)
        yield Listing(key, tuple(_sighting(int(index), block) for index, block in pairs))


def _sighting(index: int, block: str) -> Sighting:
    values = _values(block)
    identity = _words.pci_id(0x1002, _words.hexadecimal(values.get("asic/device_id")))
    printed = values.get("asic/target_graphics_version")
    gfx = _amd_chips.target(identity) or _amd_chips.gfx_of_text(printed)
    name = _words.value(values.get("asic/market_name"))
    return Sighting(
        "amd",
        name=name,
        memory_mib=_words.mib(values.get("vram/size")),
        driver=_words.value(values.get("driver/version") or values.get("driver/driver_version")),
        gfx=gfx,
        pci_id=identity,
        bus=_words.bus(values.get("bus/bdf")),
        index=index,
        integrated=_amd_chips.integrated(identity, gfx, name),
    )


def _values(block: str) -> dict[str, str]:
    """`section/label` → value."""
    values: dict[str, str] = {}
    section = ""
    for line in block.splitlines():
        found = re.fullmatch(r"\s+([A-Z][A-Z0-9_ ]*):\s*(.*?)\s*", line)
        if found and not found[2]:
            section = found[1].lower()
        elif found:
            values.setdefault(f"{section}/{found[1].lower()}", found[2])
    return values
