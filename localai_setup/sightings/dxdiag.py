"""`dxdiag /t`: a section for each display; a card with two monitors has two."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..model.reading import Readings
from ..model.source import Like
from . import _words
from ._sighting import Listing, Sighting
from .windows_video import driver_version, identity_of, is_intels_own

RANK = 44
REPORT = Like("command:dxdiag*")
SOURCES = (REPORT,)


def see(readings: Readings) -> Iterator[Listing]:
    for key, text in readings.texts(REPORT):
        sections = re.split(r"^(?=\s*Card name\s*:)", text, flags=re.MULTILINE | re.IGNORECASE)[1:]
        found: dict[object, Sighting] = {}
        for section in sections:
            if one := _sighting(section):
                found.setdefault((one.pci_id, one.name), one)
        yield Listing(key, tuple(found.values()))


def _sighting(section: str) -> Sighting | None:
    values: dict[str, str] = {}
    for label, value in re.findall(r"^\s*([\w /-]+?)\s*:\s*(.*?)\s*$", section, re.MULTILINE):
        values.setdefault(label.lower(), value)
    name = _words.value(values.get("card name"))
    identity = identity_of(values.get("device key")) or _numbers(values)
    vendor = _words.vendor_of(identity) if identity else _words.vendor_in(name)
    if vendor is None or _words.VIRTUAL.search(name or ""):
        return None
    dedicated, shared, total = (
        _words.mib(values.get(f"{kind} memory", "")) for kind in ("dedicated", "shared", "display")
    )
    return Sighting(
        vendor,
        name=name,
        memory_mib=total if is_intels_own(identity, name) else dedicated,
        gtt_mib=shared if vendor == "amd" else None,
        driver=driver_version(values.get("driver version"), vendor),
        pci_id=identity,
    )


def _numbers(values: dict[str, str]) -> str | None:
    ids = (_words.hexadecimal(values.get(name)) for name in ("vendor id", "device id"))
    return _words.pci_id(*ids)
