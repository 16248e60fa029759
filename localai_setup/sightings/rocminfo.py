"""`rocminfo`: the agents of HSA; only those of the type GPU count."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..model.facts import Unknown
from ..model.reading import Failed, FailureKind, Readings, Text
from ..model.source import Command
from . import _amd_chips, _words
from ._sighting import Listing, Sighting

RANK = 18
INFO = Command("rocminfo")
SOURCES = ()
FOLLOW_UP = {"amd": (INFO,)}
FAULTS: tuple[tuple[str, FailureKind, str], ...] = (
    (r"rock module is not loaded", "failed", "the kernel's amdgpu module is not loaded"),
    (r"unable to open /dev/kfd.*permission|permission denied|hsa_status_error_permission", "denied",
     "this user may not open /dev/kfd"),
    (r"unable to open /dev/kfd|/dev/kfd.*no such file", "failed", "/dev/kfd is not there"),
    (r"hsa_status_error|api returned err|cannot allocate memory|invalid argument", "failed",
     "ROCm's runtime does not start on this chip"),
)  # fmt: skip


def see(readings: Readings) -> Iterator[Listing]:
    reading = readings.of(INFO)
    override = readings.text("env:HSA_OVERRIDE_GFX_VERSION") is not None
    if isinstance(reading, Failed) and reading.kind != "not-recorded":
        unknown = Unknown("gpus.amd", reading.kind, reading.reason, INFO.key)
        yield Listing(INFO.key, unknown=(unknown,))
    elif isinstance(reading, Text):
        agents = re.split(r"^\s*Agent \d+\s*$", reading.text, flags=re.MULTILINE)[1:]
        found = tuple(filter(None, (_agent(agent, override=override) for agent in agents)))
        yield Listing(INFO.key, found, () if found else tuple(_faults(reading.everything)))


def _faults(text: str) -> Iterator[Unknown]:
    for pattern, kind, reason in FAULTS:
        if re.search(pattern, text, re.IGNORECASE):
            yield Unknown("gpus.amd", kind, reason, INFO.key)
            return


def _agent(text: str, *, override: bool) -> Sighting | None:
    values: dict[str, str] = {}
    for label, value in re.findall(r"^ {2}(\S[^:\n]*):[ \t]*(.*?)\s*$", text, re.MULTILINE):
        values.setdefault(label, value)
    if values.get("Device Type") != "GPU" or not values.get("Name", "gfx").startswith("gfx"):
        return None
    chip = re.match(r"(\d+)", values.get("Chip ID", ""))
    identity = _words.pci_id(0x1002, int(chip[1])) if chip else None
    printed = None if override else _amd_chips.gfx_of_text(values.get("Name"))
    gfx = _amd_chips.target(identity) or printed
    name = _words.value(values.get("Marketing Name"))
    apu = "APU" in values.get("Memory Properties", "")
    return Sighting(
        "amd",
        name=name,
        memory_mib=_first_pool(text),
        gfx=gfx,
        pci_id=identity,
        bus=_bus(values),
        integrated=apu or _amd_chips.integrated(identity, gfx, name),
        usable=True,
    )


def _bus(values: dict[str, str]) -> str | None:
    number, domain = values.get("BDFID", ""), values.get("Domain", "0")
    if not number.isdecimal() or not int(number):
        return None
    return _words.bus_of_number(int(number), int(domain) if domain.isdecimal() else 0)


def _first_pool(text: str) -> float | None:
    pool = re.search(
        r"Pool 1\s+Segment:\s+GLOBAL; FLAGS:[^\n]*COARSE[^\n]*\s+Size:\s+(\d+)\(0x[0-9a-f]+\) ?KB",
        text,
    )
    return int(pool[1]) / 1024 if pool and int(pool[1]) else None
