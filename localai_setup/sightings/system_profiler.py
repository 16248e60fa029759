"""`system_profiler` as JSON and as text: chipsets of a Mac, Apple's, Intel's, AMD's and NVIDIA's."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

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
        "bus": ("sppci_bus",),
        "vram": ("spdisplays_vram", "_spdisplays_vram"),
        "shared": ("spdisplays_vram_shared",),
        "cores": ("sppci_cores",),
    }
    return {
        ours: str(next((entry[name] for name in theirs if entry.get(name)), ""))
        for ours, theirs in names.items()
    }


def _from_text(text: str) -> list[Chipset]:
    blocks = re.split(r"^\s*Chipset Model:\s*", text, flags=re.MULTILINE)[1:]
    chipsets = [_block(block) for block in blocks]
    chip = re.search(r"^\s*Chip:\s*(Apple .+?)\s*$", text, re.MULTILINE)
    return chipsets or ([{"name": chip[1]}] if chip else [])


def _block(block: str) -> Chipset:
    values = dict(re.findall(r"^\s*([A-Z][^:\n]*):\s*(.*?)\s*$", block, re.MULTILINE))
    vram = [(label, value) for label, value in values.items() if label.startswith("VRAM")]
    label, size = vram[0] if vram else ("", "")
    return {
        "name": block.partition("\n")[0].strip(),
        "vendor": values.get("Vendor", ""),
        "device": values.get("Device ID", ""),
        "bus": values.get("Bus", ""),
        "vram": size,
        "cores": values.get("Total Number of Cores", ""),
        "shared": size if "Dynamic" in label else "",
    }


def _ram_bytes(readings: Readings) -> int | None:
    """From sysctl, memory_pressure, or the words `Memory: 16 GB`, whichever answered."""
    if found := number(readings.text(SYSCTL) or "", "hw.memsize"):
        return found
    pressure = re.search(r"The system has (\d{9,16})\b", readings.text(MEMORY_PRESSURE) or "")
    if pressure:
        return int(pressure[1])
    shape = (
        r"(?:^\s*Memory:\s*|\"(?:physical_memory|SPMemoryDataType)\"\s*:\s*\")(\d+(?:[.,]\d+)?) ?GB"
    )
    for _, text in readings.texts(ANY):
        if words := re.search(shape, text, re.MULTILINE):
            return int(float(words[1].replace(",", ".")) * 1024**3)
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
    builtin = "built" in chipset.get("bus", "").lower()
    nvidia = vendor == "nvidia"
    return Sighting(
        vendor,
        name=name or None,
        memory_mib=_words.mib(chipset.get("vram")),
        pci_id=_words.pci_id(maker or numbers.get(vendor), device),
        integrated=None if nvidia else vendor == "intel" and builtin,
        usable=False if nvidia else None,
        why_not="macOS has no CUDA for NVIDIA's chips" if nvidia else None,
    )
