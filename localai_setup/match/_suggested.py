"""The one sentence about a suggestion that a person who knows nothing of models decides by."""

from __future__ import annotations

from collections.abc import Sequence

from ..model.plan import Merits
from ..model.sizes import GB_BYTES, gigabyte_words, size_words
from ._room import Host
from ._suggestions import Offered

MIB_PER_GB = 1024
#: from here on tenths of a gigabyte no longer help to compare
ROUND_BYTES = 10 * GB_BYTES
#: Tokens per second beside a reader of 240 English words a minute, who takes in some 5 to 10.
PACES = (
    (50.0, "writes far faster than you read"),
    (20.0, "writes faster than you read"),
    (9.0, "writes about as fast as you read"),
    (5.0, "writes a little slower than you read"),
    (0.0, "writes so slowly that you wait for it"),
)
#: Of the best quality that is offered, in an index where twice the parameters bring about a quarter.
ANSWERS = ((0.97, "equally good"), (0.8, "nearly as good"), (0.4, "simpler"), (0.0, "much simpler"))


def merits(one: Offered, found: Sequence[Offered], host: Host) -> Merits:
    """How fast, how good beside the others, and what stays free."""
    return Merits(_pace(one), _answers(one, found), _left(one, host))


def sentence(one: Offered, its: Merits) -> str:
    """The merits and what has to be fetched."""
    answers = f"with {its.answers}" if its.answers else ""
    begin = ", ".join(filter(None, [f"It {its.pace}", answers]))
    left = f"leaves {its.left}" if its.left else ""
    return f"{'; '.join(filter(None, [begin, f'{_fetch(one)} to fetch', left]))}."


def _pace(one: Offered) -> str:
    if one.scored.candidate.settings.embeddings:
        return f"reads about {one.tps:.0f} tokens per second"
    return next(words for least, words in PACES if one.tps >= least)


def _answers(one: Offered, found: Sequence[Offered]) -> str:
    best = max(found, key=lambda other: other.quality)
    what = "results" if one.scored.candidate.settings.embeddings else "answers"
    if one is best:
        return f"the best {what} of these" if len(found) > 1 else ""
    share = one.quality / best.quality
    return f"{next(words for least, words in ANSWERS if share >= least)} {what}"


def _fetch(one: Offered) -> str:
    return size_words(one.fetch_bytes, 0 if one.fetch_bytes >= ROUND_BYTES else 1)


def _left(one: Offered, host: Host) -> str:
    """Where most of it lies; empty where nobody knows how large that is."""
    candidate, memory = one.candidate, one.candidate.memory
    on_cards = candidate.on_gpu and not candidate.route.in_main_memory
    if on_cards and memory.gpu_mib >= memory.host_mib:
        cards = candidate.route.gpus
        total = sum(gpu.memory_mib or 0 for gpu in cards)
        what = "the card's memory" if len(cards) == 1 else "the cards' memory"
        return f"{_of(total - memory.gpu_mib, total)} of {what} free"
    if host.total_mib is None:
        return ""
    taken = memory.host_mib + (0.0 if on_cards else memory.gpu_mib)
    left = host.total_mib - taken - memory.process_overhead_mib
    return f"{_of(left, host.total_mib)} of memory to other programs"


def _of(left_mib: float, total_mib: float) -> str:
    return f"{max(0.0, left_mib) / MIB_PER_GB:.0f} of {gigabyte_words(total_mib)}"
