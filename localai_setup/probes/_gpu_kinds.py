"""Whose memory a GPU uses: its own, or the processor's; and how much of that is known."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from ..sightings import _amd_chips, _intel_chips, _nvidia_chips, apple
from ..sightings._sighting import MemoryKind, Sighting

#: NVIDIA's chips whose processor and GPU have one memory (Jetson, DGX Spark).
ONE_MEMORY = re.compile(r"\b(gb10|orin|xavier|thor|tegra|jetson|nvgpu|n1x)\b", re.IGNORECASE)
#: capabilities of the chips of DGX Spark and Jetson Thor, which no card has
ONE_MEMORY_CHIPS = frozenset({"11.0", "12.1"})
KINDS: dict[bool | None, MemoryKind | None] = {True: "shared", False: "dedicated", None: None}


def settle(card: Sighting, seen: Iterable[Sighting], ram_mib: float | None) -> Sighting:
    """`card` with `integrated`, `memory_kind` and `memory_mib` as its vendor means them.

    `seen` are the single sightings that `card` was made of; `ram_mib` is MemTotal.
    """
    settlers = {"nvidia": _nvidia, "amd": _amd, "intel": _intel, "apple": _apple}
    return settlers.get(card.vendor, _other)(card, list(seen), ram_mib)


def _nvidia(card: Sighting, _seen: list[Sighting], ram_mib: float | None) -> Sighting:
    chip = _nvidia_chips.capability(card.pci_id, None)
    shared = card.memory_kind == "unified" or chip in ONE_MEMORY_CHIPS
    if shared or ONE_MEMORY.search(card.name or ""):
        pool = ram_mib or (card.memory_mib if card.memory_kind == "unified" else None)
        return replace(card, memory_kind="unified", integrated=True, memory_mib=pool)
    return replace(card, memory_kind="dedicated", integrated=False)


def _amd(card: Sighting, seen: list[Sighting], _ram_mib: float | None) -> Sighting:
    integrated = _amd_chips.integrated(card.pci_id, card.gfx, card.name)
    if any(one.integrated for one in seen) or _borrows(seen):
        integrated = True
    if integrated is None and any(one.integrated is False for one in seen):
        integrated = False
    kind = KINDS[integrated]
    total = _amd_memory(seen) if integrated else card.memory_mib
    gfx = _amd_chips.target(card.pci_id) or card.gfx
    return replace(card, integrated=integrated, memory_kind=kind, memory_mib=total, gfx=gfx)


def _borrows(seen: list[Sighting]) -> bool:
    """KFD shows what the driver lends (GTT) in place of the carve-out: only an APU does so."""
    lent = {round(one.gtt_mib) for one in seen if one.gtt_mib}
    carved = {round(one.memory_mib) for one in seen if one.gtt_mib and one.memory_mib}
    shown = {round(one.memory_mib) for one in seen if one.memory_mib and not one.gtt_mib}
    return bool(shown & (lent - carved)) and not shown & carved


def _amd_memory(seen: list[Sighting]) -> float | None:
    """Carve-out and GTT together, from the first source that has both; else the first memory."""
    both = (s.memory_mib + s.gtt_mib for s in seen if s.memory_mib and s.gtt_mib)
    return next(both, next((s.memory_mib for s in seen if s.memory_mib), None))


def _intel(card: Sighting, _seen: list[Sighting], _ram_mib: float | None) -> Sighting:
    integrated = _intel_chips.integrated(card.pci_id, card.bus, card.name)
    integrated = card.integrated if integrated is None else integrated
    kind = KINDS[integrated]
    return replace(card, integrated=integrated, memory_kind=kind)


def _apple(card: Sighting, _seen: list[Sighting], ram_mib: float | None) -> Sighting:
    from_ram = apple.usable_mib(int(ram_mib * 1024**2), None) if ram_mib else None
    return replace(
        card, memory_kind="unified", integrated=True, memory_mib=card.memory_mib or from_ram
    )


def _other(card: Sighting, _seen: list[Sighting], _ram_mib: float | None) -> Sighting:
    """Qualcomm's and others' are parts of a processor unless the evidence says otherwise."""
    integrated = True if card.vendor == "qualcomm" else card.integrated
    kind = "shared" if integrated else card.memory_kind
    return replace(card, integrated=integrated, memory_kind=kind)
