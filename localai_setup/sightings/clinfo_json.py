"""`clinfo --json`: OpenCL devices; a card appears once for each driver that offers it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from ..model.reading import Readings
from ..model.source import Command
from . import _amd_chips, _words
from ._sighting import Listing, Sighting

RANK = 65
JSON = Command("clinfo", "--json")
SOURCES = ()
INTEL = 0x8086
FOLLOW_UP = {"intel": (JSON,)}


def see(readings: Readings) -> Iterator[Listing]:
    text = readings.text(JSON) or ""
    try:
        document, _ = json.JSONDecoder().raw_decode(text[max(text.find("{"), 0) :])
    except (ValueError, RecursionError):
        return
    for device_list in _lists(document):
        # one listing for each driver: within a driver, equal devices are two
        yield Listing(JSON.key, tuple(filter(None, map(_sighting, device_list))))


def _lists(document: Any) -> Iterator[list[Any]]:
    devices = document.get("devices") if isinstance(document, dict) else None
    for one in devices if isinstance(devices, list) else []:
        online = one.get("online") if isinstance(one, dict) else None
        if isinstance(online, list):
            yield online


def _sighting(device: Any) -> Sighting | None:
    if not isinstance(device, dict) or "GPU" not in str(device.get("CL_DEVICE_TYPE")):
        return None
    printed = str(device.get("CL_DEVICE_BOARD_NAME_AMD") or device.get("CL_DEVICE_NAME") or "")
    name = re.sub(r"\s*(\([^()]*(LLVM|DRM)[^()]*\)|\[0x[0-9a-f]{4}\])", "", printed).strip()
    maker = device.get("CL_DEVICE_VENDOR_ID")
    maker = maker if isinstance(maker, int) else None
    vendor = _words.VENDORS.get(f"{maker or 0:04x}") or _words.vendor_in(name)
    if vendor is None or _words.VIRTUAL.search(name):
        return None
    return Sighting(
        vendor,
        name=None if re.fullmatch(r"gfx\w+(:.*)?", name) else name or None,
        memory_mib=_words.byte_mib(str(device.get("CL_DEVICE_GLOBAL_MEM_SIZE"))),
        gfx=_amd_chips.gfx_of_text(str(device.get("CL_DEVICE_NAME"))) if vendor == "amd" else None,
        pci_id=_identity(device, maker),
        bus=_words.bus(str(device.get("CL_DEVICE_PCI_BUS_INFO_KHR"))),
        integrated=True if device.get("CL_DEVICE_HOST_UNIFIED_MEMORY") is True else None,
        weak=frozenset({"memory_mib", "gfx"}),
    )


def _identity(device: dict[str, Any], maker: int | None) -> str | None:
    """AMD names the id; Intel's device UUID starts with vendor and device, low bytes first."""
    number = device.get("CL_DEVICE_PCIE_ID_AMD")
    if isinstance(number, int):
        return _words.pci_id(0x1002, number)
    named = re.search(r"\[0x([0-9a-f]{4})\]", str(device.get("CL_DEVICE_NAME")), re.IGNORECASE)
    if named and maker == INTEL:
        return _words.pci_id(maker, int(named[1], 16))
    uuid = re.match(r"8680([0-9a-f]{2})([0-9a-f]{2})-", str(device.get("CL_DEVICE_UUID_KHR")))
    if uuid and maker == INTEL:
        return _words.pci_id(maker, int(uuid[2] + uuid[1], 16))
    return None
