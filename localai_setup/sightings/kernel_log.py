"""What amdgpu and kfd write into the kernel's log while they load: ids and memory of AMD's cards."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..model.reading import Readings
from ..model.source import Like
from . import _amd_chips, _words
from ._sighting import Listing, Sighting

RANK = 83
LOGS = (Like("command:dmesg*"), Like("command:journalctl -k*"))
SOURCES = LOGS
#: Who speaks in every line that tells of a card.
SPEAKERS = re.compile(r"amdgpu|kfd: |kernel modesetting \(", re.IGNORECASE)
ADDRESS = r"(?:amdgpu (?P<bus>[0-9a-f:]+\.[0-7]): (?:\[drm\] )?(?:amdgpu: )?)?"
#: `initializing kernel modesetting (NAVI21 0x1002:0x73BF 0x1DA2:0xE438 0xC3)` starts each card
START = re.compile(
    ADDRESS + r"(?:\[drm\] )?initializing kernel modesetting \([^()]*?0x1002:0x([0-9a-f]{4})\b",
    re.IGNORECASE,
)
VRAM = re.compile(r"\bVRAM: (\d{1,7})M 0x|\b(\d{1,7})M of VRAM memory ready")
GTT = re.compile(r"\b(\d{1,7})M of GTT memory ready")
READY = re.compile(r"\bamdgpu: (\d{1,7})M of VRAM memory ready")
AT = re.compile(r"\bamdgpu ([0-9a-f:]+\.[0-7]): ", re.IGNORECASE)
#: memory that no processor shares: an integrated unit has the system's DDR
DEDICATED = re.compile(r"\bRAM width \d+bits (?:GDDR|HBM)\w*")
NAMED = re.compile(r"Initialized amdgpu [^\n]* for ([0-9a-f:]+\.[0-7]) ", re.IGNORECASE)
#: kfd names devices that it takes, and those that it leaves out
KFD = re.compile(r"kfd: (?:amdgpu: )?(?:added|skipped) device 1002:([0-9a-f]{4})\b", re.IGNORECASE)


def see(readings: Readings) -> Iterator[Listing]:
    for source in LOGS:
        for key, text in readings.texts(source):
            if found := _seen(text):
                yield Listing(key, found)


def _seen(text: str) -> tuple[Sighting, ...]:
    """Kernel logs are long, and most machines have no card of AMD's."""
    if not SPEAKERS.search(text):
        return ()
    return tuple(_cards(text)) or tuple(_computing(text)) or tuple(_sized(text))


def _cards(text: str) -> Iterator[Sighting]:
    """A driver that was loaded again writes of the same card again: the last time holds."""
    starts = list(START.finditer(text))
    ends = [*(one.start() for one in starts), len(text)][1:]
    found: dict[object, Sighting] = {}
    for start, end in zip(starts, ends, strict=True):
        card = _card(start, text[start.end() : end])
        found[card.bus or len(found)] = card
    yield from found.values()


def _card(start: re.Match[str], after: str) -> Sighting:
    named = NAMED.search(after)
    sizes, lent = VRAM.search(after), GTT.search(after)
    return _sighting(
        start[2],
        bus=_words.bus(start["bus"] or (named[1] if named else None)),
        memory_mib=_words.mib(sizes[1] or sizes[2]) if sizes else None,
        gtt_mib=_words.mib(lent[1]) if lent else None,
    )


def _computing(text: str) -> Iterator[Sighting]:
    yield from (_sighting(device) for device in KFD.findall(text))


def _sized(text: str) -> Iterator[Sighting]:
    """Of a log that begins after the card's id: its own memory, where the driver named one card alone."""
    sizes = set(READY.findall(text))
    addresses = {_words.bus(one) for one in AT.findall(text)}
    if len(sizes) == 1 and len(addresses) == 1:
        yield Sighting(
            "amd",
            memory_mib=_words.mib(sizes.pop()),
            bus=addresses.pop(),
            integrated=False if DEDICATED.search(text) else None,
        )


def _sighting(
    device: str,
    bus: str | None = None,
    memory_mib: float | None = None,
    gtt_mib: float | None = None,
) -> Sighting:
    identity = f"1002:{device}".lower()
    gfx = _amd_chips.target(identity)
    return Sighting(
        "amd",
        memory_mib=memory_mib,
        gtt_mib=gtt_mib,
        gfx=gfx,
        pci_id=identity,
        bus=bus,
        integrated=_amd_chips.integrated(identity, gfx, None),
    )
