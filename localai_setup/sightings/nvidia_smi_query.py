"""`nvidia-smi --query-gpu=… --format=csv` with any list of fields."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator

from ..model.reading import Readings
from ..model.source import Command, Like
from . import _words
from ._nvidia_blocks import MIG, device_id, version
from ._sighting import Listing, Sighting

RANK = 15
ASKED = "index,name,pci.bus_id,pci.device_id,driver_version,memory.total,memory.used,compute_cap"
CSV = Command("nvidia-smi", f"--query-gpu={ASKED}", "--format=csv")
ANY = Like("command:nvidia-smi*--query-gpu=*")
SOURCES = (ANY,)
FOLLOW_UP = {"nvidia": (CSV,)}


def see(readings: Readings) -> Iterator[Listing]:
    for key, text in readings.texts(ANY):
        asked = re.search(r"--query-gpu=(\S+)", key)
        names = asked[1].lower().split(",") if asked else []
        yield Listing(key, tuple(_rows(text, names, "nounits" in key)))


def _rows(text: str, asked: list[str], plain: bool) -> Iterator[Sighting]:
    names, count = asked, 0
    for cells in csv.reader(text.splitlines(), skipinitialspace=True):
        heads = [re.sub(r"\s*\[.*\]", "", cell).strip().lower() for cell in cells]
        if heads[: len(asked)] == asked or heads[:1] == asked[:1]:
            names = heads
        elif len(cells) == len(names) and (plain or any(map(_words.value, cells))):
            row = {name: _words.value(cell) for name, cell in zip(names, cells, strict=True)}
            if _is_card(row):
                yield _sighting(row, count)
                count += 1


def _is_card(row: dict[str, str | None]) -> bool:
    """A warning with as many commas as the header is no card."""
    index = row.get("index")
    named = row.get("name") or row.get("gpu_name")
    numbers = [row.get("memory.total"), row.get("driver_version"), row.get("compute_cap")]
    return (index is None or index.isdecimal()) and bool(named or index or any(numbers))


def _sighting(row: dict[str, str | None], count: int) -> Sighting:
    split = (row.get("mig.mode.current") or "").lower() == "enabled"
    capability = row.get("compute_cap") or ""
    return Sighting(
        "nvidia",
        name=row.get("name") or row.get("gpu_name"),
        memory_mib=_words.mib(row.get("memory.total")),
        used_mib=_words.mib(row.get("memory.used")),
        driver=version(row.get("driver_version")),
        compute_capability=capability if re.fullmatch(r"\d{1,2}\.\d", capability) else None,
        pci_id=device_id(row.get("pci.device_id")),
        bus=_words.bus(row.get("pci.bus_id") or row.get("gpu_bus_id")),
        index=int(row.get("index") or count),
        usable=not split,
        why_not=MIG if split else None,
    )
