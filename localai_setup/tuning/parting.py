"""The examples that are trained with, and those that are held back for the proof."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from .examples import Example

#: A tenth is held back: at least so many that a score means something, at most so many that asking
#: each of them twice takes minutes.
SHARE, LEAST, MOST = 0.1, 4, 40
#: Fewer cannot be trained with and proved.
NEEDED = 12


@dataclass(frozen=True)
class Parted:
    """`held_back` is asked before and after the training and never trained with."""

    train: tuple[Example, ...]
    held_back: tuple[Example, ...]


def part(examples: Sequence[Example]) -> Parted:
    """The same examples are parted alike wherever they stand in the file, so that a run can go on.

    All with the same question go to the same side: an answer that was trained proves nothing. A question
    with more answers than are held back is trained with, but for one where all are such.
    """
    left = min(MOST, max(LEAST, round(len(examples) * SHARE)))
    keys = [_key(one) for one in examples]
    held: set[str] = set()
    counts = sorted(Counter(keys).items())
    for key, number in counts:
        if number <= left:
            held.add(key)
            left -= number
    if not held and len(counts) > 1:
        held.add(min(counts, key=lambda one: one[1])[0])
    sides = list(zip(examples, keys, strict=True))
    return Parted(
        tuple(one for one, key in sides if key not in held),
        tuple(one for one, key in sides if key in held),
    )


def _key(example: Example) -> str:
    question = "\0".join(" ".join(one.text.split()).casefold() for one in example.question)
    return sha256(question.encode("utf-8", "surrogatepass")).hexdigest()
