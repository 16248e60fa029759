"""`nvidia-smi` without arguments: the boxed table, old and new headers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from ..model.reading import Readings
from ..model.source import Like
from . import _nvidia_blocks as blocks
from . import _words
from ._sighting import Listing, Sighting

RANK = 40
TABLE = Like("command:nvidia-smi")
SOURCES = (TABLE,)
ROW = re.compile(
    r"\s*\|\s*(\d+)\s+(\S.*?)\s+(?:On|Off|WDDM|TCC|MCDM|N/A|ERR!|Enabled|Disabled)\s*\|\s*(\S+)\s+\S+\s*\|.*"
)
#: drivers before 319 wrote MB
USAGE = re.compile(r"(?:\||\s)\s*(\d+)\s*Mi?B\s*/\s*(\d+)\s*Mi?B\s*\|")
SLICE = re.compile(r"\s*\|\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\|\s*(\d+)MiB\s*/\s*(\d+)MiB\s*\|.*")
DRIVER = re.compile(r"(?:Driver|KMD) Version:\s*(\d+(?:\.\d+)+)")
NO_CUDA = re.compile(r"CUDA (?:UMD )?Version:\s*(?:N/A|Not Found)\b")
CUDA = re.compile(r"CUDA (?:UMD )?Version:\s*(\d+(?:\.\d+)+)")


def see(readings: Readings) -> Iterator[Listing]:
    text = readings.text(TABLE)
    if text is None:
        return
    cards, _, rest = text.partition("MIG devices:")
    cards = cards.partition("Processes:")[0]
    found = list(_cards(cards))
    yield Listing(TABLE.key, (*found, *_slices(rest.partition("Processes:")[0], found)))


def _cards(text: str) -> Iterator[Sighting]:
    lines = text.splitlines()
    driver, cuda = DRIVER.search(text), CUDA.search(text)
    hosts = bool(driver and NO_CUDA.search(text))
    starts = [number for number, line in enumerate(lines) if ROW.fullmatch(line)]
    for start, end in pairwise([*starts, len(lines)]):
        card = _card(lines[start:end], driver[1] if driver else None, cuda[1] if cuda else None)
        # a Jetson, which has no bus, prints that too and computes all the same
        refuses = hosts and card.bus is not None and card.usable
        yield replace(card, usable=False, why_not=blocks.NO_CUDA) if refuses else card


def _card(lines: list[str], driver: str | None, cuda: str | None) -> Sighting:
    row = ROW.fullmatch(lines[0])
    assert row
    usage = USAGE.search(lines[1]) if len(lines) > 1 else None
    split = any(re.search(r"\|\s*Enabled\s*\|\s*$", line) for line in lines[1:4])
    cut = row[2].endswith("...")
    lost = row[2] == "ERR!" or any("GPU is lost" in line for line in lines[1:4])
    return Sighting(
        "nvidia",
        name=_words.value(row[2]),
        memory_mib=_words.mib(usage[2]) if usage else None,
        used_mib=_words.mib(usage[1]) if usage else None,
        driver=driver,
        cuda_driver_version=cuda,
        bus=_words.bus(row[3]),
        index=int(row[1]),
        usable=not (split or lost),
        why_not=blocks.MIG if split else blocks.LOST if lost else None,
        weak=frozenset({"name"}) if cut else frozenset(),
    )


def _slices(text: str, cards: list[Sighting]) -> Iterator[Sighting]:
    by_index = {card.index: card for card in cards}
    for row in filter(None, map(SLICE.fullmatch, text.splitlines())):
        card = by_index.get(int(row[1]), Sighting("nvidia"))
        yield Sighting(
            "nvidia",
            memory_mib=_words.mib(row[6]),
            used_mib=_words.mib(row[5]),
            driver=card.driver,
            cuda_driver_version=card.cuda_driver_version,
            bus=card.bus,
            index=int(row[1]),
            mig=int(row[4]),
            integrated=False,
            usable=True,
        )
