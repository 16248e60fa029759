"""`Win32_VideoController`, as wmic and PowerShell print it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..cputext.wmi import records
from ..model.facts import unknown_from
from ..model.reading import Failed, Readings
from ..model.source import Command, Like
from . import _intel_chips, _words
from ._sighting import Listing, Sighting

RANK = 45
ASK = (
    "Get-CimInstance Win32_VideoController | "
    "Select-Object Name,PNPDeviceID,DriverVersion,AdapterRAM,Status | ConvertTo-Json"
)
POWERSHELL = Command("powershell", "-NoProfile", "-Command", ASK)
WMIC, ANY = Like("command:wmic*Win32_VideoController*"), Like("command:powershell*VideoController*")
SOURCES = (WMIC, ANY)
#: A cold PowerShell takes seconds; Windows' own list answers at once.
FOLLOW_UP = {"windows-without-dxgi": (POWERSHELL,)}
#: AdapterRAM has 32 bits: from 4095 MiB it tells only "or more".
ADAPTER_RAM_LIMIT_MIB = 4095


def see(readings: Readings) -> Iterator[Listing]:
    asked = readings.of(POWERSHELL)
    if isinstance(asked, Failed) and asked.kind != "not-recorded":
        yield Listing(POWERSHELL.key, unknown=(unknown_from("gpus", POWERSHELL.key, asked),))
    for source in (WMIC, ANY):
        for key, text in readings.texts(source):
            found = [_sighting(device) for device in records(text)]
            yield Listing(key, tuple(filter(None, found)))


def _sighting(device: dict[str, str]) -> Sighting | None:
    name = _words.value(device.get("Name") or device.get("Caption") or device.get("Description"))
    identity = identity_of(device.get("PNPDeviceID") or device.get("DeviceID"))
    vendor = _words.vendor_of(identity) if identity else _words.vendor_in(name)
    if vendor is None or _words.VIRTUAL.search(name or ""):
        return None
    size = _words.byte_mib(device.get("AdapterRAM"))
    if is_intels_own(identity, name):
        size = None
    return Sighting(
        vendor,
        name=name,
        memory_mib=size if size and size < ADAPTER_RAM_LIMIT_MIB else None,
        driver=driver_version(device.get("DriverVersion"), vendor),
        pci_id=identity,
        weak=frozenset({"memory_mib"}),
    )


def is_intels_own(identity: str | None, name: str | None) -> bool:
    """What Windows calls the memory of such a GPU is a figure of speech: it uses the system's."""
    vendor = _words.vendor_of(identity) or _words.vendor_in(name)
    return vendor == "intel" and _intel_chips.integrated(identity, None, name) is True


def identity_of(text: str | None) -> str | None:
    r"""`PCI\VEN_10DE&DEV_2684&…` → `10de:2684`."""
    found = re.search(r"VEN_([0-9A-F]{4})&(?:amp;)?DEV_([0-9A-F]{4})", text or "", re.IGNORECASE)
    return f"{found[1]}:{found[2]}".lower() if found else None


def driver_version(text: str | None, vendor: str) -> str | None:
    """NVIDIA's public version is the last five digits: `32.0.15.6094` → `560.94`."""
    plain = _words.value(text)
    if not plain or not re.fullmatch(r"\d+(\.\d+)+", plain):
        return None
    if vendor != "nvidia" or len(plain.split(".")) < len(["a", "b", "c", "d"]):
        return plain
    digits = "".join(plain.split(".")[-2:])[-5:]
    return f"{int(digits[:3])}.{digits[3:]}"
