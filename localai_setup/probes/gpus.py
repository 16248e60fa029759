"""The graphics processors, from whichever evidence answered."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from types import ModuleType

from .. import sightings
from ..model.facts import Unknown
from ..model.reading import Missing, Readings, Text
from ..model.shown import Shown
from ..model.source import Env, Like, Source, Stat
from ..sightings import _nvidia_chips, dxgi, pci_sleep
from ..sightings._sighting import Listing, MemoryKind, Sighting, Vendor
from ..sightings.system_profiler import NO_CUDA_ON_MACS
from . import _gpu_kinds as _kind
from ._gpu_cards import Card, Disagreement, disagreements, gather
from ._gpu_names import candidates, one_target
from ._gpu_speed import CERTAIN, bandwidth, bandwidth_strays
from .memory import Memory

NVIDIA_NODES = (Stat("/dev/nvidiactl"), Stat("/dev/nvidia0"), Stat("/dev/dxg"))
KFD_NODE = Stat("/dev/kfd")
#: A recording is asked for everything at once; a live machine for the tools in `follow_up` only.
SOURCES: tuple[Source, ...] = (
    *(source for module in sightings.formats() for source in module.SOURCES),
    *(
        Like(source.key)
        for module in sightings.formats()
        for sources in getattr(module, "FOLLOW_UP", {}).values()
        for source in sources
    ),
    *NVIDIA_NODES,
    KFD_NODE,
    Env("HSA_OVERRIDE_GFX_VERSION"),
)
KERNEL = Like("file:/proc/version")
#: What lists the GPUs of a machine: each vendor's tools, and the bus.
LISTS = tuple(
    Like(source.key)
    for source in SOURCES
    if source.key.startswith(("command:", "file:/sys", dxgi.ADAPTERS.key))
)
NOT_APPLE = frozenset({"pci_id", "driver"})


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
    #: a slice of a card (MIG): CUDA programs see one at a time, Vulkan sees none
    mig: bool = False
    #: MiB that other programs hold now; None is not known
    used_mib: float | None = None
    #: GB/s of its memory, the vendor's figure; `bandwidth_estimated` where its product is not certain
    bandwidth_gbs: float | None = None
    bandwidth_estimated: bool = False
    #: how many times as slow, and as fast, it may be where it is estimated
    bandwidth_strays: tuple[float, float] = (1.0, 1.0)
    #: where its sources contradict each other
    disagreements: tuple[Disagreement, ...] = ()
    #: keys of the readings that told of it
    sources: tuple[str, ...] = ()

    @property
    def free_mib(self) -> float | None:
        """MiB of a card's own memory that nobody holds now; None is not known."""
        if self.memory_mib is None or self.used_mib is None or self.memory_kind != "dedicated":
            return None
        return max(self.memory_mib - self.used_mib, 0.0)


@dataclass(frozen=True)
class Gpus:
    """Every GPU that was seen; `unknown` names vendors whose tools did not answer."""

    gpus: tuple[Gpu, ...] = ()
    unknown: tuple[Unknown, ...] = ()


def _shown(fact: Gpus) -> tuple[Gpu, ...]:
    return fact.gpus


SHOWN = Shown(
    name="gpus",
    fact=Gpus,
    value=_shown,
    fields=(
        "vendor", "name", "memory_mib", "memory_kind", "driver", "cuda_driver_version",
        "compute_capability", "gfx", "pci_id", "integrated", "usable", "why_not", "free_mib",
        "bandwidth_gbs", "bandwidth_estimated", "disagreements",
    ),
    place=40,
)  # fmt: skip


def follow_up(readings: Readings) -> list[Source]:
    """The vendors' own tools, where something on this machine speaks for a card of theirs."""
    vendors: set[str] = {s.vendor for listing in _listings(readings) for s in listing.sightings}
    if _may_be_nvidia(readings):
        vendors.add("nvidia")
    if isinstance(readings.of(KFD_NODE), Text):
        vendors.add("amd")
    if _is_windows(readings):
        vendors.add("windows")
    if '"Darwin"' in (readings.text("call:platform.uname") or ""):
        vendors.add("macos")
    resting = pci_sleep.asleep(readings)
    return _tools(vendors - resting if resting else {*vendors, "bus"})


def afterwards(readings: Readings) -> list[Source]:
    """What is asked where Windows' own list did not answer."""
    answered = isinstance(readings.of(dxgi.ADAPTERS), Text)
    return _tools({"windows-without-dxgi"}) if _is_windows(readings) and not answered else []


def _tools(vendors: Collection[str]) -> list[Source]:
    return [
        source
        for module in sightings.formats()
        for vendor, sources in getattr(module, "FOLLOW_UP", {}).items()
        if vendor in vendors
        for source in sources
    ]


def _may_be_nvidia(readings: Readings) -> bool:
    """Beyond Linux, and below WSL2 (/dev/dxg), the bus cannot be seen: the tool is the only way."""
    nodes = (readings.of(node) for node in NVIDIA_NODES)
    return _is_windows(readings) or any(isinstance(node, Text) for node in nodes)


def _is_windows(readings: Readings) -> bool:
    return '"Windows"' in (readings.text("call:platform.uname") or "")


def parse(readings: Readings, memory: Memory) -> Gpus:
    listings = _listings(readings)
    unknown = tuple(dict.fromkeys(u for listing in listings for u in listing.unknown))
    cards = gather(listings)
    unknown += tuple(_unlisted(listings, cards)) if not unknown else ()
    unknown += tuple(_unseen(readings)) if not (cards or unknown) else ()
    found = tuple(_settled(card, cards, listings, unknown, memory) for card in cards)
    return Gpus(found, (*unknown, *_unknown_fields(found)))


def _listings(readings: Readings) -> list[Listing]:
    return [listing for module in sightings.formats() for listing in _seen(module, readings)]


def _seen(module: ModuleType, readings: Readings) -> list[Listing]:
    """A format that trips over a text costs its own evidence, and nothing else."""
    try:
        return list(module.see(readings))
    except Exception as error:
        name = module.__name__.rpartition(".")[2]
        return [Listing(name, unknown=(Unknown("gpus", "garbled", f"{name}: {error}", name),))]


def _unlisted(listings: list[Listing], cards: list[Card]) -> Iterator[Unknown]:
    """A driver that answered, and no card of its vendor in any list: there may be one."""
    vendors = {card.get("vendor") for card in cards}
    for one in listings:
        if one.common and one.common.vendor not in vendors:
            why = "its driver is there, but no source lists a card"
            yield Unknown(f"gpus.{one.common.vendor}", "missing", why, one.source)


def _unseen(readings: Readings) -> Iterator[Unknown]:
    """No card was seen: is there none, or could nobody have seen it?"""
    lists = [readings.of(source) for source in LISTS]
    lists += [reading for source in LISTS for _, reading in readings.like(source)]
    if "microsoft" in f"{readings.text(KERNEL)} {readings.text('call:platform.uname')}".lower():
        why = "WSL2 hides Windows' GPUs from everything but the vendors' own tools"
        yield Unknown("gpus", "unsupported", why, KERNEL.key)
    elif not any(isinstance(reading, (Text, Missing)) for reading in lists):
        yield Unknown("gpus", "not-recorded", "nothing that lists GPUs was asked")


def _why_unusable(
    merged: Sighting, common: Sequence[Sighting], faults: Sequence[Unknown]
) -> str | None:
    """What a listing says of all cards of the vendor; else an NVIDIA tool's fault, where nothing else told
    whether the card can be used. A card that sleeps is none.
    """
    held = next((one for one in common if one.usable is False), None)
    if held:
        return held.why_not
    if merged.vendor != "nvidia" or merged.usable is not None:
        return None
    fault = next((one for one in faults if one.fact == "gpus.nvidia"), None)
    return fault.reason if fault and fault.source != pci_sleep.STATUS.key else None


def _settled(
    card: Card, cards: list[Card], listings: list[Listing], faults: tuple[Unknown, ...], ram: Memory
) -> Gpu:
    """The card as it is told: what holds for its vendor, its kind of memory, what its name implies."""
    common = [x for one in listings if (x := one.common) and x.vendor == card.get("vendor")]
    merged = Card([*card.sightings, *common]).merged
    merged = _kind.settle(merged, card.sightings, ram.total_mib)
    if why_not := _why_unusable(merged, common, faults):
        merged = replace(merged, usable=False, why_not=why_not)
    parent = None if merged.mig is None else _parent(merged, cards)
    capability = _capability(merged, parent)
    speed, estimated, strays = _bandwidth(merged, parent, capability or merged.gfx)
    return Gpu(
        vendor=merged.vendor,
        name=_full_name(merged, parent),
        memory_mib=merged.memory_mib,
        memory_kind=merged.memory_kind,
        driver=merged.driver,
        cuda_driver_version=merged.cuda_driver_version,
        compute_capability=capability,
        gfx=merged.gfx,
        pci_id=merged.pci_id,
        integrated=merged.integrated,
        usable=merged.usable,
        why_not=merged.why_not,
        mig=merged.mig is not None,
        used_mib=merged.used_mib,
        bandwidth_gbs=speed,
        bandwidth_estimated=estimated,
        bandwidth_strays=strays,
        disagreements=disagreements(card, listings),
        sources=tuple(dict.fromkeys(card.sources)),
    )


def _capability(one: Sighting, parent: Sighting | None) -> str | None:
    """As printed; else what the chip or the product has. macOS has no CUDA for any."""
    if one.why_not == NO_CUDA_ON_MACS:
        return None
    if one.vendor != "nvidia" or one.compute_capability:
        return one.compute_capability
    card = parent or one
    by_chip = _nvidia_chips.capability(card.pci_id, card.name)
    return by_chip or one_target(candidates(card.name, "nvidia", card.memory_mib))


def _bandwidth(
    one: Sighting, parent: Sighting | None, target: str | None
) -> tuple[float | None, bool, tuple[float, float]]:
    """And how far it strays. A slice gets the share of the card's bandwidth that it gets of its memory."""
    card = parent or one
    dedicated = None if card.memory_kind is None else card.memory_kind == "dedicated"
    speed, estimated = bandwidth(
        card.vendor, card.name, target=target, memory_mib=card.memory_mib,
        dedicated=dedicated, cores=card.cores,
    )  # fmt: skip
    if parent is None or speed is None:
        strays = bandwidth_strays(
            card.vendor, card.name, memory_mib=card.memory_mib, dedicated=dedicated,
            cores=card.cores,
        )  # fmt: skip
        return speed, estimated, strays if estimated else CERTAIN
    if not (one.memory_mib and parent.memory_mib):
        return None, False, CERTAIN
    return round(speed * one.memory_mib / parent.memory_mib, 1), True, CERTAIN


def _parent(part: Sighting, cards: list[Card]) -> Sighting | None:
    """The card that a MIG slice is on."""
    complete = (card.merged for card in cards)
    return next((p for p in complete if p.mig is None and p.index == part.index), None)


def _full_name(slice_or_card: Sighting, parent: Sighting | None) -> str | None:
    """A slice is named after its card: `NVIDIA H100 80GB HBM3 MIG 3g.40gb`."""
    if slice_or_card.mig is None:
        return slice_or_card.name
    names = (parent.name if parent else None, slice_or_card.name or "MIG slice")
    return " ".join(filter(None, names))


def _unknown_fields(gpus: tuple[Gpu, ...]) -> Iterator[Unknown]:
    for gpu in gpus:
        names = ["name", "memory_mib", "memory_kind", "pci_id", "integrated", "driver"]
        names += {"nvidia": ["cuda_driver_version", "compute_capability"], "amd": ["gfx"]}.get(
            gpu.vendor, []
        )
        for name in names:
            if getattr(gpu, name) is None and not (gpu.vendor == "apple" and name in NOT_APPLE):
                source = gpu.sources[0] if gpu.sources else ""
                yield Unknown(f"gpus.{name}", "missing", "no source that answered tells it", source)
