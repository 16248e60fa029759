"""`sycl-ls` and `lsgpu`: names of Intel's and others' devices."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..model.facts import Unknown
from ..model.reading import Readings
from ..model.source import Like
from . import _amd_chips, _words
from ._sighting import Listing, Sighting

RANK = 75
SYCL, LSGPU = Like("command:sycl-ls*"), Like("command:lsgpu*")
SOURCES = (SYCL, LSGPU)
DEVICE = re.compile(
    r"\[(?:ext_oneapi_)?(level_zero|opencl|cuda|hip):gpu(?::\d+)?\](?:\[[^\]]*\])?\s*(.+?)\s*",
    re.IGNORECASE,
)


def see(readings: Readings) -> Iterator[Listing]:
    for key, text in readings.texts(SYCL):
        lines = list(filter(None, (DEVICE.fullmatch(line.strip()) for line in text.splitlines())))
        for backend in sorted({line[1] for line in lines}):
            names = [line[2] for line in lines if line[1] == backend]
            yield Listing(key, tuple(filter(None, map(_sycl, names))))
        if "[opencl:gpu" in text and "level_zero" not in text:
            why = "Level Zero is missing; only OpenCL shows the GPU"
            yield Listing(key, unknown=(Unknown("gpus.intel.level_zero", "missing", why, key),))
    for key, text in readings.texts(LSGPU):
        yield Listing(key, tuple(filter(None, map(_lsgpu, text.splitlines()))))


def _sycl(described: str) -> Sighting | None:
    """`Platform, Device name version [driver]`; CUDA's version is the compute capability."""
    platform, _, device = described.rpartition(", ")
    name = re.sub(r"\s*\[[^\]]*\]$", "", device)
    version = re.search(r"\s+(?:OpenCL )?(\d+\.\d+)(?:\.\d+)*(?: NEO)?\s*$", name)
    name = name[: version.start()] if version else name
    gfx = _amd_chips.gfx_of_text(name) if "HIP" in platform else None
    chip = re.search(r"\[0x([0-9a-f]{4})\]", name, re.IGNORECASE)
    name = re.sub(r"\s*(\bgfx\w+(:\S*)?|\[0x[0-9a-f]{4}\])\s*", "", name, flags=re.IGNORECASE)
    vendor = _words.vendor_in(name) or ("amd" if gfx else _words.vendor_in(described))
    cuda = "CUDA" in platform and version is not None
    if not vendor:
        return None
    return Sighting(
        vendor,
        name=name.strip() or None,
        gfx=gfx,
        compute_capability=version[1] if cuda and version else None,
        pci_id=f"8086:{chip[1]}".lower() if chip and vendor == "intel" else None,
    )


def _lsgpu(line: str) -> Sighting | None:
    """`card0  Intel Dg2 (Gen12)  drm:/dev/dri/card0`, or with `pci:vendor=8086,device=56A0`."""
    row = re.match(r"card\d+\s+(\S.*?)\s{2,}(drm|pci):", line)
    ids = re.search(r"vendor=([0-9a-f]{4}),device=([0-9a-f]{4})", line, re.IGNORECASE)
    inside = re.search(r"\b([0-9a-f]{4}):([0-9a-f]{4})\b", row[1] if row else "", re.IGNORECASE)
    ids = ids or inside
    identity = f"{ids[1]}:{ids[2]}".lower() if ids else None
    vendor = _words.vendor_of(identity) or _words.vendor_in(row[1] if row else None)
    if not row or not vendor:
        return None
    name = None if inside else row[1]
    return Sighting(vendor, name=name, pci_id=identity, weak=frozenset({"name"}))
