"""The header of a GGUF file (versions 2 and 3): metadata and tensor sizes. Bytes in, header out.

Follows the GGUF specification of ggml (docs/gguf.md there). A header that lies is refused.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from math import prod
from mmap import mmap

#: A header is a few MiB; counts beyond these are lies.
MOST_KEYS, MOST_TENSORS, MOST_NAME_BYTES, KEPT_ITEMS = 65_536, 262_144, 4_096, 4_096
MOST_ITEMS, MOST_TENSOR_BYTES = 16_777_216, 1 << 46
MOST_DIMENSIONS = 4
#: struct codes of the value types by number; 8 is a string, 9 an array
SCALARS = dict(enumerate("BbHhIif?")) | {10: "Q", 11: "q", 12: "d"}
STRING, ARRAY = 8, 9
#: ggml tensor types: values in a block, bytes of a block (ggml.h and ggml-common.h)
BLOCKS = {
    0: (1, 4), 1: (1, 2), 2: (32, 18), 3: (32, 20), 6: (32, 22), 7: (32, 24), 8: (32, 34),
    9: (32, 36), 10: (256, 84), 11: (256, 110), 12: (256, 144), 13: (256, 176), 14: (256, 210),
    15: (256, 292), 16: (256, 66), 17: (256, 74), 18: (256, 98), 19: (256, 50), 20: (32, 18),
    21: (256, 110), 22: (256, 82), 23: (256, 136), 24: (1, 1), 25: (1, 2), 26: (1, 4), 27: (1, 8),
    28: (1, 8), 29: (256, 56), 30: (1, 2), 34: (256, 54), 35: (256, 66), 39: (32, 17),
}  # fmt: skip


class HeaderRefusedError(Exception):
    """Why these bytes are not the header of a GGUF model that can be sized."""


@dataclass(frozen=True)
class Tensor:
    """One tensor: its shape (fastest dimension first) and its bytes."""

    name: str
    dims: tuple[int, ...]
    bytes: int


@dataclass(frozen=True)
class Header:
    """Metadata (of long arrays only the length, in `lengths`) and tensors."""

    metadata: dict[str, object]
    lengths: dict[str, int]
    tensors: tuple[Tensor, ...]


class _Reader:
    def __init__(self, data: bytes | mmap) -> None:
        self.data, self.at, self.size = data, 0, len(data)

    def skip(self, count: int) -> int:
        start = self.at
        if count > self.size - start:
            raise HeaderRefusedError(f"it ends in the middle of its header, at byte {self.size}")
        self.at = start + count
        return start

    def number(self, code: str) -> int | float | bool:
        start = self.skip(struct.calcsize("<" + code))
        value: int | float | bool = struct.unpack_from("<" + code, self.data, start)[0]
        return value

    def count(self, most: int, what: str) -> int:
        value = int(self.number("Q"))
        if value > most:
            raise HeaderRefusedError(f"it claims {value} {what}")
        return value

    def text(self, most: int | None = None) -> str:
        length = self.count(most or self.size, "bytes in one text")
        start = self.skip(length)
        return bytes(self.data[start : start + length]).decode("utf-8", "replace")

    def skip_texts(self, count: int) -> None:
        unpack, data, at, size = struct.Struct("<Q").unpack_from, self.data, self.at, self.size
        for _ in range(count):
            if at + 8 > size:
                break
            at += 8 + unpack(data, at)[0]
        if at > size or (count and at + 8 > size and at != size):
            raise HeaderRefusedError("a list of texts runs past its end")
        self.at = at


def parse(data: bytes | mmap) -> Header:
    """Read the header at the start of `data`; raises HeaderRefusedError with the reason."""
    reader = _Reader(data)
    _version(reader)
    tensors = reader.count(MOST_TENSORS, "tensors")
    metadata: dict[str, object] = {}
    lengths: dict[str, int] = {}
    for _ in range(reader.count(MOST_KEYS, "metadata entries")):
        key = reader.text(MOST_NAME_BYTES)
        metadata[key] = _value(reader, key, lengths)
    if metadata.get("split.count", 0) not in (0, 1):
        number = metadata.get("split.no", 0)
        raise HeaderRefusedError(
            f"it is part {number} (from 0) of a model split into several files"
        )
    return Header(metadata, lengths, tuple(_tensor(reader) for _ in range(tensors)))


def _version(reader: _Reader) -> None:
    start = reader.skip(4)
    if bytes(reader.data[start : start + 4]) != b"GGUF":
        raise HeaderRefusedError("it does not start with the letters GGUF")
    version = int(reader.number("I"))
    if version in (2 << 24, 3 << 24):
        raise HeaderRefusedError("it is written for big-endian processors")
    if version not in (2, 3):
        raise HeaderRefusedError(f"it is GGUF version {version}; versions 2 and 3 are known")


def _value(reader: _Reader, key: str, lengths: dict[str, int]) -> object:
    kind = int(reader.number("I"))
    if kind == STRING:
        return reader.text()
    if kind == ARRAY:
        return _array(reader, key, lengths)
    if kind not in SCALARS:
        raise HeaderRefusedError(f"{key[:60]!r} has the unknown value type {kind}")
    return reader.number(SCALARS[kind])


def _array(reader: _Reader, key: str, lengths: dict[str, int]) -> object:
    kind, count = int(reader.number("I")), reader.count(MOST_ITEMS, f"items in {key[:60]!r}")
    lengths[key] = count
    if kind == STRING:
        reader.skip_texts(count)
        return None
    if kind not in SCALARS:
        raise HeaderRefusedError(f"{key[:60]!r} is a list of the unknown type {kind}")
    start = reader.skip(count * struct.calcsize("<" + SCALARS[kind]))
    if count > KEPT_ITEMS:
        return None
    return list(struct.unpack_from(f"<{count}{SCALARS[kind]}", reader.data, start))


def _tensor(reader: _Reader) -> Tensor:
    name, rank = reader.text(MOST_NAME_BYTES), int(reader.number("I"))
    if not 1 <= rank <= MOST_DIMENSIONS:
        raise HeaderRefusedError(f"the tensor {name[:60]!r} has {rank} dimensions")
    dims = tuple(int(reader.number("Q")) for _ in range(rank))
    kind = int(reader.number("I"))
    reader.number("Q")
    if kind not in BLOCKS:
        raise HeaderRefusedError(f"the tensor {name[:60]!r} has the unknown type {kind}")
    values, size = BLOCKS[kind]
    total = prod(dims) // values * size
    if total > MOST_TENSOR_BYTES or dims[0] % values:
        raise HeaderRefusedError(f"the tensor {name[:60]!r} has an impossible size")
    return Tensor(name, dims, total)
