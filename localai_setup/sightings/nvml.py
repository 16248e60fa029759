"""NVML through nvidia-ml-py, and GPUtil, which only ever confirms what another source told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..model.reading import Readings
from ..model.source import Call
from . import _words
from ._nvidia_blocks import MIG, device_id, version
from ._sighting import Listing, Sighting

RANK = 22
NVML, GPUTIL = Call("nvml"), Call("gputil")
SOURCES = ()
FOLLOW_UP = {"nvidia": (NVML, GPUTIL)}
BYTES_IN_MIB = 1024**2


def see(readings: Readings) -> Iterator[Listing]:
    stated = readings.fields(NVML)
    if isinstance(stated.get("cards"), list):
        cards = [_card(one, stated) for one in stated["cards"] if isinstance(one, dict)]
        yield Listing(NVML.key, tuple(cards))
    utilised = readings.document(GPUTIL)
    if isinstance(utilised, list):
        cards = [_util(one) for one in utilised if isinstance(one, dict)]
        yield Listing(GPUTIL.key, tuple(cards), adds=False)


def _number(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None


def _card(card: dict[str, Any], stated: dict[str, Any]) -> Sighting:
    total, used = _number(card.get("total_bytes")), _number(card.get("used_bytes"))
    cuda, pair = _number(stated.get("cuda")), card.get("capability")
    device, split = _number(card.get("device_id")), card.get("mig") is True
    index = card.get("index")
    return Sighting(
        "nvidia",
        name=_words.value(str(card.get("name") or "")),
        memory_mib=total / BYTES_IN_MIB if total else None,
        used_mib=used / BYTES_IN_MIB if used else None,
        driver=version(str(stated.get("driver") or "")),
        cuda_driver_version=f"{cuda // 1000}.{cuda % 1000 // 10}" if cuda else None,
        compute_capability=".".join(map(str, pair)) if isinstance(pair, list) else None,
        pci_id=device_id(f"{device:08x}") if device else None,
        bus=_words.bus(str(card.get("bus") or "")),
        index=index if isinstance(index, int) else None,
        usable=not split,
        why_not=MIG if split else None,
    )


def _util(card: dict[str, Any]) -> Sighting:
    total, index = card.get("total_mib"), card.get("index")
    return Sighting(
        "nvidia",
        name=_words.value(str(card.get("name") or "")),
        memory_mib=float(total) if isinstance(total, (int, float)) and total > 0 else None,
        driver=version(str(card.get("driver") or "")),
        index=index if isinstance(index, int) else None,
        weak=frozenset({"memory_mib", "name", "driver"}),
    )
