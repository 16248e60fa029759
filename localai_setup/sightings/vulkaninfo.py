"""`vulkaninfo`, `--summary`, and Mesa's list of devices: kinds and names, no memory."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..model.reading import Readings
from ..model.source import Like
from . import _words
from ._nvidia_blocks import version
from ._sighting import Listing, Sighting

RANK = 68
ANY = Like("command:*vulkaninfo*")
SOURCES = (ANY,)
KINDS = {"INTEGRATED_GPU": True, "DISCRETE_GPU": False}
#: Mesa's list: `GPU 0: 1002:73bf "AMD Radeon RX 6900 XT" discrete GPU 0000:0b:00.0`
LISTED = re.compile(
    r"\s*GPU \d+: ([0-9a-f]{4}):([0-9a-f]{4}) \"(.*?)\" (\w+) GPU\b\s*(\S*).*", re.IGNORECASE
)
NAMED = re.compile(r"\s*GPU id\s*[=:]\s*(\d+)\s*\((.+)\)\s*")


def see(readings: Readings) -> Iterator[Listing]:
    for key, text in readings.texts(ANY):
        yield Listing(key, tuple(_devices(text) or _listed(text) or _named(text)))


def _devices(text: str) -> list[Sighting]:
    """The `GPU0:` blocks. Equal device UUIDs are one card under two drivers."""
    blocks = re.split(r"^\s*GPU\d+:\s*$", text, flags=re.MULTILINE)[1:]
    found: dict[str, Sighting] = {}
    for number, block in enumerate(blocks):
        values = dict(re.findall(r"^\s*(\w+)\s*=\s*(.*?)\s*$", block, re.MULTILINE))
        sighting = _sighting(values)
        uuid = values.get("deviceUUID", "")
        key = uuid if uuid.strip("0-") else str(number)
        if sighting:
            found.setdefault(key, sighting)
    return list(found.values())


def _sighting(values: dict[str, str]) -> Sighting | None:
    kind = values.get("deviceType", "").removeprefix("PHYSICAL_DEVICE_TYPE_")
    numbers = (_hex(values.get("vendorID")), _hex(values.get("deviceID")))
    identity = _words.pci_id(*numbers)
    name = re.sub(r"\s*\((RADV|Mesa|NVK|LLVM)[^()]*\)", "", values.get("deviceName", "")).strip()
    vendor = _words.VENDORS.get(f"{numbers[0] or 0:04x}") or _words.vendor_in(name)
    if vendor is None or kind in {"CPU", "VIRTUAL_GPU"} or _words.VIRTUAL.search(name):
        return None
    driver = version(values.get("driverInfo")) if vendor == "nvidia" else None
    integrated = KINDS.get(kind) if vendor != "nvidia" else None
    weak = frozenset({"name"} if vendor != "nvidia" else ())
    return Sighting(
        vendor, name or None, driver=driver, pci_id=identity, integrated=integrated, weak=weak
    )


def _hex(text: str | None) -> int | None:
    """`0x1002`, or `4098 (0x1002)` in older prints; Vulkan's numbers are hexadecimal."""
    found = re.search(r"0x([0-9a-f]{1,8})\b", text or "", re.IGNORECASE)
    return int(found[1], 16) if found else None


def _listed(text: str) -> list[Sighting]:
    return list(filter(None, map(_mesa, text.splitlines())))


def _mesa(line: str) -> Sighting | None:
    row = LISTED.fullmatch(line)
    vendor = _words.VENDORS.get(row[1].lower()) if row else None
    if not row or not vendor or row[4].lower() in {"cpu", "virtual"}:
        return None
    name = re.sub(r"\s*\((RADV|Mesa|NVK|LLVM)[^()]*\)", "", row[3]).strip()
    integrated = {"integrated": True, "discrete": False}.get(row[4].lower())
    return Sighting(
        vendor,
        name or None,
        pci_id=f"{row[1]}:{row[2]}".lower(),
        bus=_words.bus(row[5]),
        integrated=integrated if vendor != "nvidia" else None,
        weak=frozenset({"name"}),
    )


def _named(text: str) -> list[Sighting]:
    """`GPU id = 0 (name)` in the section of layers, once for each layer."""
    names = {row[1]: row[2] for row in filter(None, map(NAMED.fullmatch, text.splitlines()))}
    found = []
    for name in names.values():
        plain = re.sub(r"\s*\((RADV|Mesa|NVK|LLVM)[^()]*\)", "", name).strip()
        vendor = _words.vendor_in(plain)
        if vendor and not _words.VIRTUAL.search(name):
            found.append(Sighting(vendor, plain, weak=frozenset({"name"})))
    return found
