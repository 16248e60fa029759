"""The graphics processors, from whichever evidence answered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ..model.facts import Unknown
from ..model.reading import Readings

Vendor = Literal["nvidia", "amd", "intel", "apple", "qualcomm", "other"]
MemoryKind = Literal["dedicated", "unified", "shared"]
SOURCES = ()


@dataclass(frozen=True)
class Gpu:
    """One GPU, or one slice of it. Fields as in `detect --json`; None is not known."""

    vendor: Vendor
    name: str | None = None
    memory_mib: float | None = None
    memory_kind: MemoryKind | None = None
    driver: str | None = None
    cuda_driver_version: str | None = None
    compute_capability: str | None = None
    gfx: str | None = None
    pci_id: str | None = None
    integrated: bool | None = None
    usable: bool | None = None
    why_not: str | None = None
    #: MiB that other programs hold now; None is not known
    used_mib: float | None = None
    #: keys of the readings that told of it
    sources: tuple[str, ...] = ()


@dataclass(frozen=True)
class Gpus:
    """Every GPU that was seen; `unknown` names vendors whose tools did not answer."""

    gpus: tuple[Gpu, ...] = ()
    unknown: tuple[Unknown, ...] = ()


def parse(_readings: Readings) -> Gpus:
    return Gpus()
