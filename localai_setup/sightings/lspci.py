"""`lspci` with any flags: what sits on the bus, whether or not a driver works."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator

from ..model.facts import unknown_from
from ..model.reading import Failed, Readings
from ..model.source import Command, Like
from . import _words
from ._sighting import Listing, Sighting
from .drm_sysfs import HELD_BY

RANK = 80
LSPCI = Command("lspci", "-nnk")
ANY = Like("command:lspci*")
SOURCES = (ANY,)
#: Reads every device's own registers, which wakes a card that sleeps.
FOLLOW_UP = {"bus": (LSPCI,)}
HEAD = re.compile(
    r"(?P<slot>(?:[0-9a-f]{4,8}:)?[0-9a-f]{2}:[0-9a-f]{2}\.[0-7])\s+(?P<kind>[^:\[]+?)"
    r"(?:\s*\[(?P<number>[0-9a-f]{4})\])?\s*:\s*(?P<name>.*?)(?:\s*\(rev [0-9a-f]+\))?"
    r"(?:\s*\(prog-if.*\))?\s*",
    re.IGNORECASE,
)
DISPLAY = re.compile(r"VGA compatible controller|3D controller|Display controller", re.IGNORECASE)


def see(readings: Readings) -> Iterator[Listing]:
    asked = readings.of(LSPCI)
    if isinstance(asked, Failed) and asked.kind != "not-recorded":
        yield Listing(LSPCI.key, unknown=(unknown_from("gpus", LSPCI.key, asked),))
    for key, text in readings.texts(ANY):
        blocks = re.split(r"^(?=\S)", textwrap.dedent(text), flags=re.MULTILINE)
        flagged = "Kernel driver in use:" in text
        # the text may be cut within its last block
        complete = [
            (flagged and block is not blocks[-1]) or "Kernel modules:" in block for block in blocks
        ]
        found = [_sighting(b, shows_driver=w) for b, w in zip(blocks, complete, strict=True)]
        yield Listing(key, tuple(filter(None, found)))


def _sighting(block: str, *, shows_driver: bool) -> Sighting | None:
    first = block.partition("\n")[0]
    head = HEAD.fullmatch(first)
    if not head or not (head["number"] or "03").startswith("03"):
        return None
    if not head["number"] and not DISPLAY.fullmatch(head["kind"].strip()):
        return None
    ids = re.findall(r"\[([0-9a-f]{4}:[0-9a-f]{4})\]", head["name"], re.IGNORECASE)
    identity = ids[-1].lower() if ids else None
    name = re.sub(r"\s*\[[0-9a-f]{4}:[0-9a-f]{4}\]", "", head["name"], flags=re.IGNORECASE).strip()
    vendor = _words.vendor_of(identity) if identity else _words.vendor_in(name)
    if vendor is None or _words.VIRTUAL.search(name):
        return None
    held = re.search(r"Kernel driver in use:\s*(\S+)", block)
    why_not = _why_not(held[1] if held else None, shows_driver=shows_driver)
    return Sighting(
        vendor,
        name=None if re.search(r"\bDevice( [0-9a-f]{4})?$", name) else name,
        pci_id=identity,
        bus=_words.bus(head["slot"]),
        usable=False if why_not else None,
        why_not=why_not,
        weak=frozenset({"name"}),
    )


def _why_not(driver: str | None, *, shows_driver: bool) -> str | None:
    if driver is None:
        return "no kernel driver is in use for it" if shows_driver else None
    return HELD_BY.get(driver)
