"""Which bytes of a file have arrived: one run where they come in order, several where in parallel."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock

#: A rest that is smaller than this is not worth a connection of its own.
LEAST_SPLIT_BYTES = 8 * 1024 * 1024


@dataclass
class Segment:
    """Bytes `start` to `end` of the file, the latter excluded; those before `at` are on the disk."""

    start: int
    end: int
    at: int
    claimed: bool = False

    @property
    def left(self) -> int:
        return self.end - self.at


class Segments:
    """The segments of a file of `total` bytes, in order and without gaps. Safe between threads.

    `ranged` is set once the server has shown that it sends parts of a file.
    """

    def __init__(self, total: int, items: Sequence[Segment]) -> None:
        self.total, self.items, self.ranged = total, list(items), False
        self._lock = Lock()

    @classmethod
    def in_order(cls, total: int, have: int) -> Segments:
        """One segment, of which the first `have` bytes are there."""
        return cls(total, [Segment(0, total, min(have, total))])

    @property
    def done(self) -> int:
        """Bytes that have arrived, wherever they are."""
        with self._lock:
            return sum(one.at - one.start for one in self.items)

    @property
    def contiguous(self) -> int:
        """Bytes that have arrived without a gap from the first on."""
        with self._lock:
            unfinished = (one.at for one in self.items if one.at < one.end)
            return next(unfinished, self.total)

    def claim(self) -> Segment | None:
        """A segment to fetch: one that nobody works on, else the second half of the largest rest."""
        with self._lock:
            for one in self.items:
                if not one.claimed and one.left:
                    one.claimed = True
                    return one
            return self._split()

    def _split(self) -> Segment | None:
        index, largest = max(enumerate(self.items), key=lambda pair: pair[1].left)
        if largest.left < 2 * LEAST_SPLIT_BYTES:
            return None
        middle = largest.at + largest.left // 2
        made = Segment(middle, largest.end, middle, claimed=True)
        largest.end = middle
        self.items.insert(index + 1, made)
        return made

    def release(self, segment: Segment) -> None:
        """Nobody works on it any more; what is missing of it can be claimed again."""
        with self._lock:
            segment.claimed = False

    def arrived(self, segment: Segment, count: int) -> None:
        """`count` more bytes of a segment are on the disk."""
        with self._lock:
            segment.at += count

    def room(self, segment: Segment) -> int:
        """How many bytes the segment still takes; splitting makes it smaller while it is fetched."""
        with self._lock:
            return segment.left

    def to_json(self) -> str:
        """The journal: the size of the file, and start and position of each segment."""
        with self._lock:
            return json.dumps({"bytes": self.total, "at": [[s.start, s.at] for s in self.items]})


def from_json(text: str, total: int) -> Segments | None:
    """The segments of a journal; None where it is damaged or of a file of another size."""
    try:
        document = json.loads(text)
        starts = [(int(start), int(at)) for start, at in document["at"]]
        if not starts or document["bytes"] != total:
            return None
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    ends = [start for start, _ in starts[1:]] + [total]
    segments = [Segment(s, end, at) for (s, at), end in zip(starts, ends, strict=True)]
    good = all(one.start <= one.at <= one.end for one in segments)
    return Segments(total, segments) if good and segments[0].start == 0 else None
