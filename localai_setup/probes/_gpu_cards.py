"""Which sightings are of the same card, and what they say together."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import Any

from ..sightings import _intel_chips
from ..sightings._sighting import Listing, Sighting

#: What makes two sightings the same card, the surest first.
SAME_BUS, SAME_INDEX, SAME_ID, SAME_NAME, SAME_VENDOR = 100, 60, 40, 20, 1
USELESS_NAMES = re.compile(r"graphics device|nvidia|amd|intel|device|unknown", re.IGNORECASE)


@dataclass
class Card:
    """All sightings of one GPU or of one slice, the most trusted first."""

    sightings: list[Sighting] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)

    def add(self, sighting: Sighting, source: str) -> None:
        self.sightings.append(sighting)
        self.sources.append(source)

    def get(self, name: str) -> Any:
        """The first value; those marked weak come last."""
        strong = (getattr(s, name) for s in self.sightings if name not in s.weak)
        weak = (getattr(s, name) for s in self.sightings if name in s.weak)
        return next((value for value in (*strong, *weak) if value is not None), None)

    @property
    def merged(self) -> Sighting:
        """One sighting with the best of all; `gtt_mib` stays beside the memory it was told with."""
        names = [n for n in Sighting.__dataclass_fields__ if n not in {"weak", "why_not"}]
        best = Sighting(**{name: self.get(name) for name in names})
        judged = next((s for s in self.sightings if s.usable is best.usable and s.why_not), None)
        named = [s.name for s in self.sightings if s.name and not USELESS_NAMES.fullmatch(s.name)]
        name = best.name if best.name in named or not named else named[0]
        return replace(best, name=name, why_not=judged.why_not if judged else None)


@dataclass(frozen=True)
class Disagreement:
    """Sources that contradict each other on one field: (key of the reading, what it tells)."""

    fact: str
    stated: tuple[tuple[str, object], ...]


#: sources count memory in different places of the driver; less than this apart is no contradiction
SAME_MEMORY = 0.07
COMPARED = ("memory_mib", "driver", "pci_id", "gfx")


def disagreements(card: Card, listings: Iterable[Listing]) -> tuple[Disagreement, ...]:
    """What the sources of a card, and those of its vendor's driver, tell differently."""
    vendor = card.get("vendor")
    stated = list(zip(card.sources, card.sightings, strict=True))
    stated += [(x.source, x.common) for x in listings if x.common and x.common.vendor == vendor]
    found = []
    for fact in COMPARED:
        values = {
            source: value
            for source, one in stated
            if (value := getattr(one, fact)) is not None and fact not in one.weak
        }
        if any(_contradict(fact, one, other) for one, other in combinations(values.values(), 2)):
            found.append(Disagreement(fact, tuple(values.items())))
    return tuple(found)


def _contradict(fact: str, one: Any, other: Any) -> bool:
    if fact == "memory_mib":
        return bool(abs(one - other) > SAME_MEMORY * max(one, other))
    return bool(one != other)


def gather(listings: Iterable[Listing]) -> list[Card]:
    """Cards in the order in which they were first seen."""
    cards: list[Card] = []
    for listing in listings:
        taken = _pairs(cards, listing.sightings)
        for number, sighting in enumerate(listing.sightings):
            if number in taken:
                cards[taken[number]].add(sighting, listing.source)
            elif listing.adds:
                cards.append(Card([sighting], [listing.source]))
    return cards


def _pairs(cards: list[Card], sightings: tuple[Sighting, ...]) -> dict[int, int]:
    """Number of the sighting → number of the card; none is taken twice within one listing."""
    known = [card.merged for card in cards]
    scored = [
        (likeness(card, sighting), -number, -place)
        for number, sighting in enumerate(sightings)
        for place, card in enumerate(known)
    ]
    taken: dict[int, int] = {}
    for score, number, place in sorted(scored, reverse=True):
        if score > 0 and -number not in taken and -place not in taken.values():
            taken[-number] = -place
    return taken


def likeness(card: Sighting, other: Sighting) -> int:
    """0 where they cannot be the same; more where more speaks for it."""
    if card.vendor != other.vendor or card.mig != other.mig:
        return 0
    if card.bus and other.bus:
        return SAME_BUS if card.bus == other.bus else 0
    if _differ(card.pci_id, other.pci_id) or _differ(card.integrated, other.integrated):
        return 0
    if card.vendor == "intel" and _differ(_in_processor(card), _in_processor(other)):
        return 0
    if card.vendor == "nvidia" and _differ(card.index, other.index):
        return 0
    score = SAME_VENDOR
    score += SAME_INDEX * (card.index is not None and card.index == other.index)
    score += SAME_ID * (card.pci_id is not None and card.pci_id == other.pci_id)
    return score + SAME_NAME * (_plain(card.name) == _plain(other.name) != "")


def _in_processor(intel: Sighting) -> bool | None:
    stated = _intel_chips.integrated(intel.pci_id, intel.bus, intel.name)
    return intel.integrated if stated is None else stated


def _differ(one: object, other: object) -> bool:
    return one is not None and other is not None and one != other


def _plain(name: str | None) -> str:
    """A name without its maker and signs, to compare."""
    small = re.sub(r"\((r|tm|c)\)|\b(nvidia|amd|intel|corporation)\b", " ", (name or "").lower())
    return " ".join(re.findall(r"[a-z0-9]+", small))
