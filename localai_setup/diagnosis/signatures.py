"""Which known problems show themselves in a text. Time grows linearly with the text, memory is bounded."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

from ..model.finding import Evidence, Signature, Symptom
from .searchtext import SearchText

MAX_EVIDENCE_CHARS = 300
#: From here on a sign leaves no doubt, or is more than a hint, also where a line was put together.
SURE, LIKELY = 0.94, 0.79
#: A message put together from two lines is a little less sure than one that stands in one.
JOINED = 0.99


class Match(NamedTuple):
    """A sign that was found; `backed` where the text also has what the sign asks for beside it."""

    evidence: Evidence
    certainty: float
    backed: bool = False
    #: the number of the line where it stands
    place: int = -1


def find(
    text: SearchText,
    signatures: Iterable[Signature],
    source: str = "text",
    complete: SearchText | None = None,
    after: int = -1,
) -> list[Match]:
    """The signs of one problem in the text, below the line `after`.

    `also` and `unless` look at the `complete` text of which this is a part (all readings of a
    machine), so that one reading can rule out another's guess.
    """
    around = complete or text
    found = (_match(text, signature, source, around, after) for signature in signatures)
    return [one for one in found if one]


def may_show(text: SearchText, signature: Signature) -> bool:
    """Whether the text has all words without which the sign cannot be found in it."""
    return bool(signature.needs) and all(map(text.words.__contains__, signature.needs))


def last(text: SearchText, signatures: Iterable[Signature]) -> Match | None:
    """Where the text tells this last, for good news."""
    found = (hit for one in signatures for hit in _all(text, one))
    return max(found, key=lambda one: one.place, default=None)


def _all(text: SearchText, signature: Signature) -> Iterator[Match]:
    if may_show(text, signature):
        for place, window in text.windows(signature, 1):
            if hit := _compiled(signature.pattern).search(window):
                yield Match(Evidence("text", _shown(hit[0])), 1.0, place=place)


def conclude(signs: Collection[Match]) -> Symptom | None:
    """What the signs of one problem tell together: the surest of them.

    A hint by itself convicts nobody: other problems print such lines too. With a second one, in
    other words of the text, the problem is likely.
    """
    best = max(signs, key=lambda sign: sign.certainty, default=None)
    if best is None:
        return None
    found = Symptom("", (best.evidence,), best.certainty)
    if best.certainty >= SURE:
        return found
    if best.certainty >= LIKELY or any(_supports(one, best) for one in signs):
        return replace(found, confidence="likely")
    return replace(found, confidence="possible", status="info")


def _supports(one: Match, best: Match) -> bool:
    """Whether a sign has a second one beside it, or is one for the best, in other words."""
    first, second = one.evidence.text, best.evidence.text
    return one.backed or (first not in second and second not in first)


def _match(
    text: SearchText, signature: Signature, source: str, around: SearchText, after: int
) -> Match | None:
    if not may_show(text, signature):
        return None
    pattern, certainty = signature.pattern, signature.certainty
    hit = _first(pattern, text.windows(signature, signature.lines), after)
    if hit is None and signature.lines == 1:
        hit, certainty = _first(pattern, text.unwrapped(signature), after), certainty * JOINED
    if hit is None or not _context_holds(around, signature, hit[0]):
        return None
    return Match(Evidence(source, _shown(hit[1])), certainty, bool(signature.also), hit[0])


def _shown(text: str) -> str:
    return " ".join(text.split())[:MAX_EVIDENCE_CHARS]


def _first(pattern: str, windows: Iterable[tuple[int, str]], after: int) -> tuple[int, str] | None:
    """Compiled only where there is a window at all: that takes longer than most searches."""
    for place, window in windows:
        if place > after and (hit := _compiled(pattern).search(window)):
            return place, hit[0]
    return None


def _context_holds(text: SearchText, signature: Signature, place: int) -> bool:
    def somewhere(expression: str) -> bool:
        return text.finds_near(_compiled(expression), place)

    return (
        all(map(somewhere, signature.also))
        and not any(map(somewhere, signature.unless))
        and all(map(text.holds, signature.compare))
    )


@lru_cache(maxsize=4096)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)
