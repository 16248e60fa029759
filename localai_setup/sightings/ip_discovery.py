"""`ip_discovery` of amdgpu: the version of the graphics core, which is not the gfx number."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..model.reading import Readings
from ..model.source import File, Like
from . import _words
from ._amd_chips import APU_TARGETS
from ._sighting import Listing, Sighting

RANK = 14
DIE = "/sys/class/drm/card*/device/ip_discovery/die/0/11/0/"
PARTS = tuple(File(DIE + part) for part in ("major", "minor", "revision"))
EVENT = Like("file:/sys/class/drm/card*/device/uevent")
SOURCES = (*PARTS, EVENT)
#: GC version → target, as Linux's amdkfd/kfd_device.c tells it to ROCm.
TARGETS = {
    "9.0.1": "gfx900", "9.2.1": "gfx904", "9.1.0": "gfx902", "9.2.2": "gfx902", "9.3.0": "gfx90c",
    "9.4.0": "gfx906", "9.4.1": "gfx908", "9.4.2": "gfx90a", "9.4.3": "gfx942", "9.4.4": "gfx942",
    "9.5.0": "gfx950", "10.1.10": "gfx1010", "10.1.1": "gfx1012", "10.1.2": "gfx1011", "10.1.3": "gfx1013", "10.1.4": "gfx1013",
    "10.3.0": "gfx1030", "10.3.2": "gfx1031", "10.3.4": "gfx1032", "10.3.1": "gfx1033",
    "10.3.5": "gfx1034", "10.3.3": "gfx1035", "10.3.6": "gfx1036", "10.3.7": "gfx1037",
    "11.0.0": "gfx1100", "11.0.3": "gfx1101", "11.0.2": "gfx1102", "11.0.1": "gfx1103",
    "11.0.4": "gfx1103", "11.5.0": "gfx1150", "11.5.1": "gfx1151", "11.5.2": "gfx1152",
    "11.5.3": "gfx1153", "12.0.0": "gfx1200", "12.0.1": "gfx1201",
}  # fmt: skip


def see(readings: Readings) -> Iterator[Listing]:
    found = [_sighting(readings, key, major) for key, major in readings.texts(PARTS[0])]
    if any(found):
        yield Listing(PARTS[0].key, tuple(filter(None, found)))


def _sighting(readings: Readings, key: str, major: str) -> Sighting | None:
    folder, device = key.removesuffix("major"), key.partition("ip_discovery")[0]
    parts = [major, *(readings.text(folder + part) or "" for part in ("minor", "revision"))]
    gfx = TARGETS.get(".".join(part.strip() for part in parts))
    event = readings.text(f"{device}uevent") or ""
    slot = re.search(r"^PCI_SLOT_NAME=(.*)$", event, re.MULTILINE)
    vendor = (readings.text(f"{device}vendor") or "0x1002").strip()
    if not gfx or vendor != "0x1002":
        return None
    bus = _words.bus(slot[1]) if slot else None
    return Sighting("amd", gfx=gfx, bus=bus, integrated=gfx in APU_TARGETS)
