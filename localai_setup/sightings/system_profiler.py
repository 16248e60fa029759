"""`system_profiler` as JSON and as text: chipsets of a Mac, Apple's, Intel's, AMD's and NVIDIA's."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from ..cputext.macwords import CHIP as APPLE_CHIP
from ..cputext.macwords import CHIPSET, MEMORY
from ..model.reading import Readings
from ..model.source import Command, Like
from . import _words
from ._sighting import Listing, Sighting
from .apple import CHIP, SYSCTL, number, usable_mib

RANK = 25
PROFILE = Command("system_profiler", "SPDisplaysDataType", "SPHardwareDataType", "-json",
                  timeout_seconds=2.5)  # fmt: skip
ANY = Like("command:system_profiler*")
MEMORY_PRESSURE = Like("command:memory_pressure -Q")
SOURCES = (ANY, MEMORY_PRESSURE)
FOLLOW_UP = {"macos": (PROFILE,)}
NO_CUDA_ON_MACS = "macOS has no CUDA for NVIDIA's chips"
Chipset = dict[str, str]


def see(readings: Readings) -> Iterator[Listing]:
    for key, text in readings.texts(ANY):
        documents = _document(text)
        chipsets = _from_json(documents) if documents else _from_text(text)
        ram_bytes = _ram_bytes(readings)
        found = filter(None, (_sighting(one, ram_bytes, readings) for one in chipsets))
        if listed := tuple(found):
            yield Listing(key, listed)


def _document(text: str) -> dict[str, Any]:
    if not text.lstrip().startswith("{"):
        return {}
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return document if isinstance(document, dict) else {}


def _from_json(document: dict[str, Any]) -> list[Chipset]:
    entries = document.get("SPDisplaysDataType")
    found = [one for one in entries if isinstance(one, dict)] if isinstance(entries, list) else []
    chipsets = [_plain(one) for one in found]
    hardware = document.get("SPHardwareDataType")
    first = hardware[0] if isinstance(hardware, list) and hardware else {}
    chip = first.get("chip_type") if isinstance(first, dict) else None
    return chipsets or ([{"name": chip}] if isinstance(chip, str) else [])


def _plain(entry: dict[str, Any]) -> Chipset:
    names = {
        "name": ("sppci_model", "_name"),
        "vendor": ("spdisplays_vendor",),
        "device": ("spdisplays_device-id",),
        "vram": ("spdisplays_vram", "_spdisplays_vram", "spdisplays_vram_shared"),
        "cores": ("sppci_cores",),
    }
    return {
        ours: str(next((entry[name] for name in theirs if entry.get(name)), ""))
        for ours, theirs in names.items()
    }


def _from_text(text: str) -> list[Chipset]:
    blocks = CHIPSET.split(text)[1:]
    chip = APPLE_CHIP.search(text)
    return [_block(block) for block in blocks] or ([{"name": chip[1]}] if chip else [])


def _block(block: str) -> Chipset:
    """Labels may be translated; what tells a vendor, an id or a size does not change."""
    pairs = re.findall(r"^\s*([^:\uff1a\n]+?)\s*[:\uff1a]\s*(\S.*?)\s*$", block, re.MULTILINE)
    values = [value for _, value in pairs]
    vram = next((value for label, value in pairs if label.startswith("VRAM")), "")
    return {
        "name": block.partition("\n")[0].strip(),
        "vendor": _first(values, r".*\(0x[0-9a-f]{4}\)|Intel|AMD|ATI|NVIDIA|Apple"),
        "device": _first(values, r"0x[0-9a-f]{4}"),
        "vram": vram,
        "cores": _first(values, r"\d{1,3}"),
    }


def _first(values: list[str], shape: str) -> str:
    return next((one for one in values if re.fullmatch(shape, one, re.IGNORECASE)), "")


def _ram_bytes(readings: Readings) -> int | None:
    """From sysctl, memory_pressure, or the words `Memory: 16 GB`, whichever answered."""
    if found := number(readings.text(SYSCTL) or "", "hw.memsize"):
        return found
    pressure = re.search(r"The system has (\d{9,16})\b", readings.text(MEMORY_PRESSURE) or "")
    if pressure:
        return int(pressure[1])
    shape = re.compile(r"\"(?:physical_memory|SPMemoryDataType)\"\s*:\s*\"(?P<size>[^\"]+)\"")
    for _, text in readings.texts(ANY):
        stated = shape.search(text) or MEMORY.search(text)
        if stated and (size := _words.mib(stated["size"])):
            return int(size * 1024**2)
    return None


def _sighting(chipset: Chipset, ram_bytes: int | None, readings: Readings) -> Sighting | None:
    name = chipset.get("name", "")
    if CHIP.fullmatch(name):
        limit = number(readings.text(SYSCTL) or "", "iogpu.wired_limit_mb")
        memory = usable_mib(ram_bytes, limit)
        cores = re.fullmatch(r"\d{1,3}", chipset.get("cores", ""))
        return Sighting(
            "apple",
            name,
            memory,
            memory_kind="unified",
            integrated=True,
            usable=True,
            cores=int(cores[0]) if cores else None,
        )
    makers = re.search(r"0x([0-9a-f]{4})\b", chipset.get("vendor", ""), re.IGNORECASE)
    maker = int(makers[1], 16) if makers else None
    vendor = _words.VENDORS.get(f"{maker or 0:04x}") or _words.vendor_in(
        f"{chipset.get('vendor', '').replace('_', ' ')} {name}"
    )
    if vendor is None or _words.VIRTUAL.search(name):
        return None
    numbers = {"nvidia": 0x10DE, "amd": 0x1002, "intel": 0x8086}
    device = _words.hexadecimal(chipset.get("device"))
    nvidia = vendor == "nvidia"
    return Sighting(
        vendor,
        name=name or None,
        memory_mib=_words.mib(chipset.get("vram")),
        pci_id=_words.pci_id(maker or numbers.get(vendor), device),
        integrated=None if nvidia else vendor == "intel",  # Apple sold no Mac with Intel's cards
        usable=False if nvidia else None,
        why_not=NO_CUDA_ON_MACS if nvidia else None,
    )
