"""Which bytes of a file have arrived: one run where they come in order, several where in parallel."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from threading import Lock

from .blocks import Block

#: A rest that is smaller than this is not worth a connection of its own.
LEAST_SPLIT_BYTES = 4 * 1024 * 1024
#: Connections work side by side near the front of the file, so that it can be hashed as it arrives:
#: each has a segment of this size, or of this share of a large file.
SEGMENT_BYTES = 64 * 1024 * 1024
SEGMENT_SHARE = 1 / 64


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

    @classmethod
    def of_blocks(cls, total: int, blocks: Iterable[Block]) -> Segments:
        """As many as there are gaps; `blocks` are there, in order."""
        items = [Segment(0, total, 0)]
        for block in blocks:
            if block.start > items[-1].at:
                items[-1].end = block.start
                items.append(Segment(block.start, total, block.start))
            items[-1].at = block.end
        return cls(total, items)

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

    def claim(self, *, alone: bool = False) -> Segment | None:
        """A segment to fetch: the first that nobody works on, else a part of another's rest.

        `alone`: as far as it goes; else no more than leaves the others something near the front.
        """
        with self._lock:
            index = next(
                (n for n, one in enumerate(self.items) if not one.claimed and one.left), -1
            )
            if index < 0:
                index = self._split()
            if index < 0:
                return None
            if not alone and self.items[index].left >= self._most + LEAST_SPLIT_BYTES:
                self._cut(index, self.items[index].at + self._most)
            self.items[index].claimed = True
            return self.items[index]

    @property
    def _most(self) -> int:
        return max(SEGMENT_BYTES, int(self.total * SEGMENT_SHARE))

    def _split(self) -> int:
        """Take from the largest rest that somebody works on; the index of what was taken, or -1."""
        index, largest = max(enumerate(self.items), key=lambda pair: pair[1].left)
        if largest.left < 2 * LEAST_SPLIT_BYTES:
            return -1
        self._cut(index, largest.at + min(self._most, largest.left // 2))
        return index + 1

    def _cut(self, index: int, place: int) -> None:
        """End a segment there; its rest becomes one that nobody works on."""
        first = self.items[index]
        self.items.insert(index + 1, Segment(place, first.end, place))
        first.end = place

    def release(self, segment: Segment) -> None:
        """Nobody works on it any more; what is missing of it can be claimed again."""
        with self._lock:
            segment.claimed = False

    def lose(self, block: Block) -> None:
        """A block that was noted is not on the disk after all: it has to come again."""
        with self._lock:
            index = next(n for n, one in enumerate(self.items) if one.start <= block.start < one.at)
            segment = self.items[index]
            before = Segment(segment.start, block.start, block.start)
            # a connection may be working at the end of it: that stays the same object
            segment.start = block.end
            self.items[index:index] = [before, Segment(block.start, block.end, block.start)]

    def arrived(self, segment: Segment, count: int) -> None:
        """`count` more bytes of a segment are on the disk."""
        with self._lock:
            segment.at += count

    def room(self, segment: Segment) -> int:
        """How many bytes the segment still takes; splitting makes it smaller while it is fetched."""
        with self._lock:
            return segment.left
