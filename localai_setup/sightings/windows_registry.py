"""`reg export` of the display class: the true size of a card's memory, and stale entries."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..model.reading import Readings
from ..model.source import Like
from . import _words
from ._sighting import Listing, Sighting
from .windows_video import ANY, WMIC, driver_version, identity_of, is_intels_own

RANK = 46
CLASS = "{4d36e968-e325-11ce-bfc1-08002be10318}"
EXPORT = Like("command:reg export*{4d36e968-*")
SOURCES = (EXPORT,)


def see(readings: Readings) -> Iterator[Listing]:
    """Entries of removed cards stay: where Windows lists its controllers, only those are there."""
    listed = any(True for source in (WMIC, ANY) for _ in readings.texts(source))
    for key, text in readings.texts(EXPORT):
        joined = re.sub(r"\\\s*\n\s*", "", text)
        blocks = re.split(r"^\[", joined, flags=re.MULTILINE)[1:]
        found = list(filter(None, map(_sighting, blocks)))
        yield Listing(key, tuple(found if listed else _once(found)), adds=not listed)


def _once(found: list[Sighting]) -> list[Sighting]:
    """A present card stands there twice after its driver was renewed; the newest entry holds."""
    return list({(one.pci_id, one.name): one for one in found}.values())


def _sighting(block: str) -> Sighting | None:
    head, _, body = block.partition("]")
    if not re.search(r"\\\d{4}$", head):
        return None
    values = dict(re.findall(r'^"([^"\n]+)"=(.*?)\s*$', body, re.MULTILINE))
    name = _words.value(values.get("DriverDesc", "").strip('"'))
    identity = identity_of(values.get("MatchingDeviceId", "").replace("\\\\", "\\"))
    vendor = _words.vendor_of(identity) if identity else _words.vendor_in(name)
    if vendor is None or _words.VIRTUAL.search(name or ""):
        return None
    return Sighting(
        vendor,
        name=name,
        memory_mib=None if is_intels_own(identity, name) else memory_mib(values),
        driver=driver_version(values.get("DriverVersion", "").strip('"'), vendor),
        pci_id=identity,
    )


def memory_mib(values: dict[str, str]) -> float | None:
    """`qwMemorySize` as REG_QWORD; else the 32-bit `MemorySize`, as a number or as bytes."""
    wide = little_endian(values.get("HardwareInformation.qwMemorySize", ""))
    narrow = little_endian(values.get("HardwareInformation.MemorySize", ""))
    full = 0xFFF00000
    if wide:
        return wide / 1024**2
    return narrow / 1024**2 if narrow and narrow < full else None


def little_endian(text: str) -> int | None:
    """`hex(b):00,00,…`, `hex:…` (little endian) or `dword:ffffffff`."""
    number = re.fullmatch(r"dword:([0-9a-f]{8})", text.strip(), re.IGNORECASE)
    if number:
        return int(number[1], 16)
    found = re.fullmatch(
        r"hex(?:\([0-9a-f]\))?:((?:[0-9a-f]{2},?){4,8})", text.strip(), re.IGNORECASE
    )
    return int.from_bytes(bytes.fromhex(found[1].replace(",", " ")), "little") if found else None
