"""`clinfo` and `clinfo -l` as text: platforms, and the devices below them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from ..model.reading import Readings
from ..model.source import Like
from . import _amd_chips, _words
from ._nvidia_blocks import version
from ._sighting import Listing, Sighting

RANK = 66
LONG, SHORT = Like("command:clinfo"), Like("command:clinfo -l")
SOURCES = (LONG, SHORT)
#: `clinfo -l` gives names alone: these are processors.
PROCESSOR = re.compile(
    r"\bCPU\b|core\(tm\) (i\d|ultra)|xeon|ryzen|epyc|cpu-|pthread", re.IGNORECASE
)


def see(readings: Readings) -> Iterator[Listing]:
    # what follows the platforms tells which device is the default, by name, once more
    text = (readings.text(LONG) or "").partition("NULL platform behavior")[0]
    long = re.split(r"^\s*Number of devices", text, flags=re.MULTILINE)[1:]
    for platform in long:
        devices = re.split(r"^(?=\s*Device Name\s)", platform, flags=re.MULTILINE)[1:]
        yield Listing(LONG.key, tuple(filter(None, map(_device, devices))))
    short = re.split(r"^\s*Platform #\d+:", readings.text(SHORT) or "", flags=re.MULTILINE)[1:]
    for platform in short:
        names = re.findall(r"Device #\d+:\s*(.+?)\s*$", platform, re.MULTILINE)
        yield Listing(SHORT.key, tuple(filter(None, map(_named, names))))


def _device(text: str) -> Sighting | None:
    values: dict[str, str] = {}
    for label, value in re.findall(r"^\s*(\S.*?)\s{2,}(\S.*?)\s*$", text, re.MULTILINE):
        values.setdefault(label, value)
    if "GPU" not in values.get("Device Type", "GPU"):
        return None
    size = re.match(r"(\d+)", values.get("Global memory size", ""))
    shared = "Unified memory for Host and Device"
    unified = {"Yes": True}.get(values.get(shared, ""))
    name = values.get("Device Board Name (AMD)") or values.get("Device Name", "")
    topology = ("Device PCI bus info (KHR)", "Device Topology (AMD)", "Device Topology (NV)")
    bus = next((values[label] for label in topology if label in values), None)
    found = _sighting(name, values.get("Device Vendor ID"), size and size[1], bus, shared=unified)
    return found and _detailed(found, values)


def _detailed(one: Sighting, values: dict[str, str]) -> Sighting:
    """What each vendor adds: AMD the id and, as the name, the target; NVIDIA its driver's version."""
    if one.vendor == "amd":
        device = _words.hexadecimal(values.get("Device PCI-e ID (AMD)"))
        gfx = one.gfx or _amd_chips.gfx_of_text(values.get("Device Name"))
        return replace(one, pci_id=_words.pci_id(0x1002, device), gfx=gfx)
    if one.vendor == "nvidia":
        capability = values.get("Compute Capability (NV)", "")
        stated = capability if re.fullmatch(r"\d{1,2}\.\d", capability) else None
        return replace(one, driver=version(values.get("Driver Version")), compute_capability=stated)
    return one


def _named(name: str) -> Sighting | None:
    return None if PROCESSOR.search(name) else _sighting(name, None, None, None, shared=None)


def _sighting(
    name: str, vendor_id: str | None, size: str | None, bus: str | None, *, shared: bool | None
) -> Sighting | None:
    plain = re.sub(r"\s*\([^()]*(LLVM|DRM)[^()]*\)", "", name).strip()
    number = _words.hexadecimal(vendor_id)
    gfx = _amd_chips.gfx_of_text(name)
    vendor = _words.VENDORS.get(f"{number or 0:04x}") or _words.vendor_in(plain)
    vendor = vendor or ("amd" if gfx else None)
    chip = re.search(r"\[0x([0-9a-f]{4})\]", plain, re.IGNORECASE) if vendor == "intel" else None
    plain = re.sub(r"\s*\[0x[0-9a-f]{4}\]", "", plain, flags=re.IGNORECASE)
    if vendor is None or _words.VIRTUAL.search(plain):
        return None
    return Sighting(
        vendor,
        name=None if plain.startswith("gfx") else plain or None,
        memory_mib=_words.byte_mib(size),
        gfx=gfx,
        pci_id=f"8086:{chip[1]}".lower() if chip else None,
        bus=_words.bus(bus),
        integrated=shared,
        weak=frozenset({"memory_mib", "gfx"}),
    )
