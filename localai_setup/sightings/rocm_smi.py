"""`rocm-smi` in its four shapes: JSON, CSV, sections (`-a`) and the concise table."""

from __future__ import annotations

import csv
import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping

from ..model.reading import Readings
from ..model.source import Command, Like
from . import _amd_chips, _words
from ._sighting import Listing, Sighting

RANK = 16
ASKED = (
    "--showproductname",
    "--showid",
    "--showbus",
    "--showmeminfo",
    "all",
    "--showdriverversion",
)
JSON = Command("rocm-smi", *ASKED, "--json")
ANY = Like("command:rocm-smi*")
SOURCES = (ANY,)
FOLLOW_UP = {"amd": (JSON,)}
Card = Mapping[str, str]


def see(readings: Readings) -> Iterator[Listing]:
    for key, text in readings.texts(ANY):
        cards, driver = _read(text)
        found = tuple(_sighting(index, card) for index, card in enumerate(cards) if card)
        common = Sighting("amd", driver=driver) if driver else None
        if found or common:
            yield Listing(key, found, common=common)


def _read(text: str) -> tuple[list[Card], str | None]:
    if "{" in text:
        found = _from_json(text)
        if found[0]:
            return found
    for shape in (_from_sections, _from_csv, _from_table):
        found = shape(text)
        if found[0]:
            return found
    return found[0], _driver(text)


def _driver(text: str) -> str | None:
    found = re.search(r"driver version\W+(\d+(?:\.\d+)+[\w.+~-]*)", text, re.IGNORECASE)
    return found[1] if found else None


def _from_json(text: str) -> tuple[list[Card], str | None]:
    try:
        document, _ = json.JSONDecoder().raw_decode(text[text.index("{") :])
    except (ValueError, RecursionError):
        return [], None
    cards = [
        {str(name).lower(): str(value) for name, value in card.items()}
        for key, card in document.items()
        if re.fullmatch(r"card\d+", key) and isinstance(card, dict)
    ]
    return list(cards), _driver(text)


def _from_sections(text: str) -> tuple[list[Card], str | None]:
    cards: dict[int, dict[str, str]] = defaultdict(dict)
    for index, label, value in re.findall(
        r"^GPU\[(\d{1,3})\]\s*:\s*([^:\n]+):[ \t]*(.*?)\s*$", text, re.MULTILINE
    ):
        cards[int(index)].setdefault(label.strip().lower(), value)
    return [cards[index] for index in sorted(cards)], _driver(text)


def _from_csv(text: str) -> tuple[list[Card], str | None]:
    """A name with commas has lost them: such a row is read from both ends of the header only."""
    cards: list[Card] = []
    names: list[str] = []
    for cells in csv.reader(text.splitlines()):
        if cells and cells[0].strip().lower() == "device":
            names = [cell.strip().lower() for cell in cells]
        elif names and len(cells) == len(names) and re.fullmatch(r"card\d+", cells[0]):
            cards.append(dict(zip(names, cells, strict=True)))
    drivers = [card["driver version"] for card in cards if card.get("driver version")]
    system = re.search(r"^system,.*?(\d+(?:\.\d+)+[^,\s]*)", text, re.MULTILINE)
    named = drivers[0] if drivers else system[1] if system and "river version" in text else None
    return cards, named


def _from_table(text: str) -> tuple[list[Card], str | None]:
    cards: list[Card] = []
    lines = text.splitlines()
    for number, line in enumerate(lines):
        row = re.match(r"\s*(\d+)\s+(?:\d+\s+)?\[?(0x[0-9a-f]{4})\b", line)
        if row:
            name = lines[number + 1].strip() if number + 1 < len(lines) else ""
            known = name if re.fullmatch(r"[A-Z][\w .()/\[\]-]{2,}", name) else ""
            cards.append({"device id": row[2], "cut name": known})
        elif re.match(r"\s*\d{1,3}\s+(?:\d+(?:\.\d+)?°?c|N/A)\s+\S.*%\s*$", line, re.IGNORECASE):
            cards.append({"row": line})
    return cards, None


def _get(card: Card, *names: str) -> str | None:
    return next((value for name in names if (value := _words.value(card.get(name)))), None)


def _sighting(index: int, card: Card) -> Sighting:
    device = _words.hexadecimal(_get(card, "device id", "gpu id"))
    identity = _words.pci_id(0x1002, device)
    name = _name(_get(card, "card series", "device name", "card model"))
    gfx = _amd_chips.target(identity) or _amd_chips.gfx_of_text(_get(card, "gfx version"))
    return Sighting(
        "amd",
        name=name or _get(card, "cut name"),
        memory_mib=_words.byte_mib(_get(card, "vram total memory (b)")),
        gtt_mib=_words.byte_mib(_get(card, "gtt total memory (b)")),
        used_mib=_words.byte_mib(_get(card, "vram total used memory (b)")),
        gfx=gfx,
        pci_id=identity,
        bus=_words.bus(_get(card, "pci bus")),
        index=index,
        integrated=_amd_chips.integrated(identity, gfx, name),
        weak=frozenset() if name else frozenset({"name"}),
    )


def _name(text: str | None) -> str | None:
    """An id in place of a name is no name."""
    return None if text is None or re.fullmatch(r"0x[0-9a-f]+", text, re.IGNORECASE) else text
