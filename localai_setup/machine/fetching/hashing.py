"""The hash of a file that is still growing, from its first byte on."""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from collections.abc import Sequence
from pathlib import Path

from .blocks import Block
from .segments import Segments

#: read at a time
CHUNK_BYTES = 1024 * 1024


class Hashing:
    """`done` bytes are hashed. `noted`: what an earlier run left, in order; it is compared with its
    checksums first, and what a power cut took of it is lost to `segments`.
    """

    def __init__(self, part: Path, segments: Segments, noted: Sequence[Block]) -> None:
        self.done = 0
        self._segments, self._noted = (
            segments,
            {block.start: block for block in noted if block.checksum is not None},
        )
        self._starts = sorted(self._noted)
        self._digest, self._buffer = hashlib.sha256(), memoryview(bytearray(CHUNK_BYTES))
        self._file = part.open("rb", buffering=0)

    def close(self) -> None:
        self._file.close()

    def hexdigest(self) -> str:
        return self._digest.hexdigest()

    def advance(self) -> bool:
        """Hash one piece more, where one has arrived."""
        ready = self._segments.contiguous - self.done
        if ready <= 0:
            return False
        block = self._noted.pop(self.done, None)
        return self._check(block) if block else self._hash(min(ready, self._before_noted()))

    def _before_noted(self) -> int:
        """Bytes up to the next block of an earlier run."""
        index = bisect_left(self._starts, self.done + 1)
        return self._starts[index] - self.done if index < len(self._starts) else CHUNK_BYTES

    def _check(self, block: Block) -> bool:
        self._file.seek(block.start)
        data = self._file.read(block.length)
        if not block.matches(data):
            self._segments.lose(block)
            return False
        self._digest.update(data)
        self.done = block.end
        return True

    def _hash(self, count: int) -> bool:
        self._file.seek(self.done)
        length = self._file.readinto(self._buffer[:count])
        self._digest.update(self._buffer[:length])
        self.done += length
        return length > 0
