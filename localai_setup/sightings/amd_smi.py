"""`amd-smi static` and `list`: indented blocks, one for each GPU, or the same as JSON; `version`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from ..model.reading import Readings
from ..model.source import Like
from . import _amd_chips, _words
from ._sighting import Listing, Sighting

RANK = 17
STATIC, LIST = Like("command:amd-smi static*"), Like("command:amd-smi list*")
VERSION = Like("command:amd-smi version*")
SOURCES = (STATIC, LIST, VERSION)

#: where each version prints the memory
SIZES = ("vram/size", "vram/vram_size_mb", "vram/vram_size")


def see(readings: Readings) -> Iterator[Listing]:
    for source in (STATIC, LIST):
        for key, text in readings.texts(source):
            yield Listing(key, tuple(_sighting(*one) for one in _from_json(text) or _blocks(text)))
    for key, text in readings.texts(VERSION):
        if found := re.search(r"amdgpu version\W+(\d+(?:\.\d+)+)", text):
            yield Listing(key, common=Sighting("amd", driver=found[1]))


def _blocks(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    parts = re.split(r"^GPU:\s*(\d{1,3})\s*$", text, flags=re.MULTILINE)
    for index, block in zip(parts[1::2], parts[2::2], strict=True):
        yield int(index), _values(block)


def _from_json(text: str) -> list[tuple[int, dict[str, str]]]:
    """A list of cards, in newer versions below `gpu_data`."""
    start = re.search(r"^\s*[\[{]", text, re.MULTILINE)
    try:
        document, _ = json.JSONDecoder().raw_decode(text[start.end() - 1 :]) if start else (None, 0)
    except (ValueError, RecursionError):
        return []
    listed = document.get("gpu_data") if isinstance(document, dict) else document
    cards = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    return [(one["gpu"], _flat(one)) for one in cards if isinstance(one.get("gpu"), int)]


def _flat(node: dict[str, object], path: str = "") -> dict[str, str]:
    """`{"vram": {"size": {"value": 24560, "unit": "MB"}}}` → `vram/size`: `24560 MB`."""
    if set(node) == {"value", "unit"}:
        return {path: f"{node['value']} {node['unit']}"}
    found: dict[str, str] = {}
    for name, value in node.items():
        below = f"{path}/{name}" if path else name
        found |= _flat(value, below) if isinstance(value, dict) else {below: str(value)}
    return found


def _sighting(index: int, values: dict[str, str]) -> Sighting:
    identity = _words.pci_id(0x1002, _words.hexadecimal(values.get("asic/device_id")))
    printed = values.get("asic/target_graphics_version")
    gfx = _amd_chips.target(identity) or _amd_chips.gfx_of_text(printed)
    name = _words.value(values.get("asic/market_name"))
    return Sighting(
        "amd",
        name=None if re.fullmatch(r"0x[0-9a-f]+", name or "", re.IGNORECASE) else name,
        memory_mib=_words.mib(next((values[key] for key in SIZES if key in values), None)),
        driver=_words.value(values.get("driver/version") or values.get("driver/driver_version")),
        gfx=gfx,
        pci_id=identity,
        bus=_words.bus(values.get("bus/bdf") or values.get("bdf") or values.get("/bdf")),
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
