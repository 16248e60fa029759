"""Which blocks of a growing file have arrived, with a checksum of each, in a log beside it.

The log is only appended to, a line per block, and never flushed to the disk by force: what a power cut
took, of the file or of the log, is seen when the block is read again. Whether the bytes are the right
ones is told by the hash of the whole file alone.
"""

from __future__ import annotations

import re
import threading
import time
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..keeping import plain_files

if TYPE_CHECKING:
    from io import FileIO

#: A block ends when it has this many bytes. What a kill costs is one unfinished block per connection.
BLOCK_BYTES = 512 * 1024
#: A block of a slow line ends earlier.
BLOCK_SECONDS = 1.0
#: A block is read in one piece; one that claims to be larger is damaged.
MOST_BYTES = 32 * BLOCK_BYTES
UNKNOWN = "unknown"
#: Windows does not append in one go.
_APPENDING = threading.Lock()
LINE = re.compile(r"(\d{1,16}) (\d{1,16}) ([0-9a-f]{8}|unknown)")


@dataclass(frozen=True, slots=True)
class Block:
    """`length` bytes of the file from byte `start` on, whose CRC-32 is `checksum`, where it is known."""

    start: int
    length: int
    checksum: int | None

    @property
    def end(self) -> int:
        return self.start + self.length

    def matches(self, data: bytes) -> bool:
        return len(data) == self.length and zlib.crc32(data) == self.checksum


def log_of(part: Path) -> Path:
    return part.with_name(part.name + ".blocks")


def read(part: Path, total: int) -> list[Block] | None:
    """The blocks that were noted, in order and without overlaps; None where there is no log.

    Lines that are damaged are passed over; of two for the same place the later one counts.

    Raises:
        OSError: the log cannot be read.

    """
    try:
        lines = plain_files.read_bytes(log_of(part)).decode("ascii", "replace").splitlines()
    except FileNotFoundError:
        return None
    noted = {block.start: block for line in lines if (block := _block(line))}
    blocks, reached = list[Block](), 0
    for start in sorted(noted):
        if start >= reached and noted[start].end <= total:
            blocks.append(noted[start])
            reached = noted[start].end
    return blocks


def _block(line: str) -> Block | None:
    found = LINE.fullmatch(line)
    if not found or not int(found[2]):
        return None
    checksum = None if found[3] == UNKNOWN else int(found[3], 16)
    damaged = checksum is not None and int(found[2]) > MOST_BYTES
    return None if damaged else Block(int(found[1]), int(found[2]), checksum)


def begin(part: Path, have: int) -> None:
    """Start a log of a part whose first `have` bytes came without one: only the last hash tells more."""
    log_of(part).write_text(f"0 {have} {UNKNOWN}\n" if have else "", encoding="ascii")


class Writer:
    """Writes consecutive bytes of the part from `start` on, and notes each block that is complete."""

    def __init__(self, part: Path, start: int) -> None:
        self._file: FileIO = part.open("r+b", buffering=0)
        self._log: FileIO = log_of(part).open("ab", buffering=0)
        self._file.seek(start)
        self._start, self._length, self._checksum = start, 0, 0
        self._began = time.monotonic()

    def close(self) -> None:
        """What arrived of an unfinished block is noted too."""
        try:
            self._note()
        finally:
            self._file.close()
            self._log.close()

    def write(self, piece: memoryview) -> None:
        """Raises OSError where the disk is full or read-only; what fitted is noted."""
        done = 0
        while done < len(piece):
            written = self._file.write(piece[done:])
            self._checksum = zlib.crc32(piece[done : done + written], self._checksum)
            self._length += written
            done += written
        late = time.monotonic() - self._began > BLOCK_SECONDS
        if self._length >= BLOCK_BYTES or late:
            self._note()

    def _note(self) -> None:
        """In one piece, with a line break before it too: the last line of a log may be cut off."""
        if self._length:
            line = f"\n{self._start} {self._length} {self._checksum:08x}\n"
            with _APPENDING:
                self._log.write(line.encode())
            self._start, self._length, self._checksum = self._start + self._length, 0, 0
            self._began = time.monotonic()
