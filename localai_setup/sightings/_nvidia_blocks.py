"""`nvidia-smi -q` and `-q -x` are one document in two spellings: paths and values of a card."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from . import _words
from ._sighting import Sighting

NO_CUDA = "its driver offers no CUDA here (a vGPU host, or a container without it)"
HOST = "its driver hands it to virtual machines (vGPU host)"
LOST = "the NVIDIA driver has lost it"
MIG = "split into MIG slices"


@dataclass
class Block:
    """One GPU: its address as printed in the heading, its values, and those of its MIG slices."""

    index: int
    heading: str
    values: dict[tuple[str, ...], str] = field(default_factory=dict)
    slices: list[dict[tuple[str, ...], str]] = field(default_factory=list)

    def first(self, *paths: str) -> str | None:
        """The first of `a/b` paths that has a value."""
        return _first(self.values, paths)


def _first(values: dict[tuple[str, ...], str], paths: Iterable[str]) -> str | None:
    found = (_words.value(values.get(tuple(path.split("/")))) for path in paths)
    return next((one for one in found if one is not None), None)


def tag(label: str) -> str:
    """`FB Memory Usage` → `fb_memory_usage`, `pci_bus_id` → `bus_id`."""
    plain = re.sub(r"\W+", "_", label.strip().lower()).strip("_")
    return plain.removeprefix("pci_") if plain != "pci" else plain


def sightings(blocks: list[Block], driver: str | None, cuda: str | None) -> Iterator[Sighting]:
    for block in blocks:
        card = _card(block, driver, cuda)
        yield card
        yield from _slices(block, card)


def _card(block: Block, driver: str | None, cuda: str | None) -> Sighting:
    why_not = _why_not(block)
    return Sighting(
        "nvidia",
        name=block.first("product_name"),
        memory_mib=_words.mib(block.first("fb_memory_usage/total", "memory_usage/total")),
        used_mib=_words.mib(block.first("fb_memory_usage/used", "memory_usage/used")),
        driver=driver,
        cuda_driver_version=cuda,
        pci_id=device_id(block.first("pci/device_id")),
        bus=_words.bus(block.first("pci/bus_id") or block.heading),
        index=block.index,
        usable=why_not is None,
        why_not=why_not,
    )


def _why_not(block: Block) -> str | None:
    mig = block.first("mig_mode/current", "mig_mode/current_mig")
    if block.slices or (mig or "").lower() == "enabled":
        return MIG
    mode = block.first("gpu_virtualization_mode/virtualization_mode")
    return HOST if (mode or "").lower() == "host vgpu" else None


def _slices(block: Block, card: Sighting) -> Iterator[Sighting]:
    for values in block.slices:
        number = _first(values, ["index"])
        total = _first(values, ["fb_memory_usage/total", "shared_fb_memory_usage/total"])
        used = _first(values, ["fb_memory_usage/used", "shared_fb_memory_usage/used"])
        if number and number.isdecimal():
            yield Sighting(
                "nvidia",
                memory_mib=_words.mib(total),
                used_mib=_words.mib(used),
                driver=card.driver,
                cuda_driver_version=card.cuda_driver_version,
                pci_id=card.pci_id,
                bus=card.bus,
                index=card.index,
                mig=int(number),
                integrated=False,
                usable=True,
            )


def device_id(text: str | None) -> str | None:
    """`0x1E8110DE` (device, then vendor) → `10de:1e81`; masked or shorter numbers are none."""
    found = re.fullmatch(r"\s*(?:0x)?([0-9a-f]{4})(10de)\s*", text or "", re.IGNORECASE)
    if not found or found[1] == "0000":
        return None
    return f"{found[2]}:{found[1]}".lower()


def version(text: str | None) -> str | None:
    """A version number and nothing else."""
    plain = _words.value(text)
    return plain if plain and re.fullmatch(r"\d+(\.\d+)+", plain) else None
