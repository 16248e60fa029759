"""What one reading says of one GPU, before anything is compared."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from ..model.facts import Unknown

Vendor = Literal["nvidia", "amd", "intel", "apple", "qualcomm", "other"]
MemoryKind = Literal["dedicated", "unified", "shared"]


@dataclass(frozen=True)
class Sighting:
    """Fields as in `Gpu`. `weak` names fields to be used only where no other source has them."""

    vendor: Vendor
    name: str | None = None
    memory_mib: float | None = None
    #: system memory that the driver lends to the GPU; added to `memory_mib` of integrated ones only
    gtt_mib: float | None = None
    memory_kind: MemoryKind | None = None
    driver: str | None = None
    cuda_driver_version: str | None = None
    compute_capability: str | None = None
    gfx: str | None = None
    #: `vvvv:dddd`
    pci_id: str | None = None
    #: `dddd:bb:dd.f`
    bus: str | None = None
    #: the number that the vendor's own tool gives the card
    index: int | None = None
    #: number of the MIG slice on the card `index` or `bus`
    mig: int | None = None
    integrated: bool | None = None
    usable: bool | None = None
    why_not: str | None = None
    used_mib: float | None = None
    #: GPU cores of an Apple chip
    cores: int | None = None
    weak: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True)
class Listing:
    """All that one reading lists: each GPU once. `adds` is false where stale entries may stand in it."""

    source: str
    sightings: tuple[Sighting, ...] = ()
    unknown: tuple[Unknown, ...] = ()
    adds: bool = True
    #: versions that hold for every card of the vendor
    common: Sighting | None = None
