"""A small picture made in code: digits, black on white, large enough for any model that sees."""

from __future__ import annotations

import struct
import zlib

#: seven rows of five dots each
GLYPHS = {
    "0": (14, 17, 19, 21, 25, 17, 14), "1": (4, 12, 4, 4, 4, 4, 14),
    "2": (14, 17, 1, 2, 4, 8, 31), "3": (31, 2, 4, 2, 1, 17, 14),
    "4": (2, 6, 10, 18, 31, 2, 2), "5": (31, 16, 30, 1, 1, 17, 14),
    "6": (6, 8, 16, 30, 17, 17, 14), "7": (31, 1, 2, 4, 8, 8, 8),
    "8": (14, 17, 17, 14, 17, 17, 14), "9": (14, 17, 17, 15, 1, 2, 12),
}  # fmt: skip
COLUMNS, ROWS = 5, 7
#: pixels of one dot, and dots of white around and between the digits
DOT, MARGIN, GAP = 16, 3, 1
BLACK, WHITE = b"\x00", b"\xff"
GREY_8_BIT = (8, 0, 0, 0, 0)


def of_digits(digits: str) -> bytes:
    """The PNG file. Four digits are 464 by 208 pixels.

    Raises:
        KeyError: `digits` holds something else.

    """
    glyphs = [GLYPHS[one] for one in digits]
    lines = [(GAP * WHITE).join(_dots(glyph[row]) for glyph in glyphs) for row in range(ROWS)]
    inner = len(lines[0])
    empty = [WHITE * inner] * MARGIN
    dots = [MARGIN * WHITE + line + MARGIN * WHITE for line in (*empty, *lines, *empty)]
    rows = [b"".join(bytes([dot]) * DOT for dot in line) for line in dots for _ in range(DOT)]
    return _file(len(rows[0]), rows)


def _dots(row: int) -> bytes:
    return b"".join(BLACK if row >> (COLUMNS - 1 - at) & 1 else WHITE for at in range(COLUMNS))


def _file(width: int, rows: list[bytes]) -> bytes:
    """Each row has the number of its filter before it: 0, none."""
    header = struct.pack(">II5B", width, len(rows), *GREY_8_BIT)
    data = zlib.compress(b"".join(b"\x00" + row for row in rows))
    chunks = ((b"IHDR", header), (b"IDAT", data), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*one) for one in chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    checksum = zlib.crc32(kind + data)
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", checksum)
