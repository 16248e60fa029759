"""The header of a GGUF file (versions 2 and 3): metadata and tensor sizes. Bytes in, header out.

Follows the GGUF specification of ggml (docs/gguf.md there). A header that lies is refused.
"""

from __future__ import annotations

import struct
from contextlib import suppress
from dataclasses import dataclass
from math import prod
from mmap import mmap

from ..model import quoted
from ..model.sizes import size_words

#: A header is a few MiB; counts beyond these are lies.
MOST_KEYS, MOST_TENSORS, MOST_NAME_BYTES, KEPT_ITEMS = 65_536, 262_144, 4_096, 4_096
MOST_ITEMS, MOST_TENSOR_BYTES = 16_777_216, 1 << 46
MOST_DIMENSIONS = 4
#: the longest text that is kept (chat templates have some ten thousand bytes), and all of them
MOST_TEXT_BYTES, MOST_KEPT_BYTES = 4 << 20, 32 << 20
#: Texts in all lists of one file: a vocabulary of 262,144 tokens has some 515,000 merges.
MOST_TEXTS = 4_194_304
ALIGNMENT_BYTES = 32
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


class HeaderCutError(HeaderRefusedError):
    """The bytes end before the header does."""


class FileCutError(HeaderRefusedError):
    """The header is complete, and the file ends before its tensors do."""


@dataclass(frozen=True)
class Tensor:
    """One tensor: its shape (fastest dimension first), its bytes, and where they lie in the data."""

    name: str
    dims: tuple[int, ...]
    bytes: int
    offset: int = 0


@dataclass(frozen=True)
class Header:
    """Metadata (of long arrays only the length, in `lengths`) and tensors."""

    metadata: dict[str, object]
    lengths: dict[str, int]
    tensors: tuple[Tensor, ...]


class Reader:
    """Reads values one after another; HeaderCutError where the bytes end."""

    def __init__(self, data: bytes | mmap, at: int = 0) -> None:
        self.data, self.at, self.size = data, at, len(data)
        self.kept_bytes, self.texts = 0, 0

    def skip(self, count: int) -> int:
        start = self.at
        if count > self.size - start:
            raise HeaderCutError(f"it ends in the middle of its header, at byte {self.size}")
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

    def text(self, most: int = MOST_TEXT_BYTES) -> str:
        length = self.count(most, "bytes in one text")
        start = self.skip(length)
        self.kept_bytes += length
        if self.kept_bytes > MOST_KEPT_BYTES:
            raise HeaderRefusedError(f"its texts have more than {size_words(MOST_KEPT_BYTES)}")
        return bytes(self.data[start : start + length]).decode("utf-8", "replace")

    def skip_texts(self, count: int) -> None:
        self.texts += count
        if self.texts > MOST_TEXTS:
            raise HeaderRefusedError(f"its lists hold {self.texts} texts")
        unpack, data, at, size = struct.Struct("<Q").unpack_from, self.data, self.at, self.size
        for _ in range(count):
            if at + 8 > size:
                raise HeaderCutError("a list of texts runs past its end")
            at += 8 + unpack(data, at)[0]
        if at > size:
            raise HeaderCutError("a list of texts runs past its end")
        self.at = at


def parse(data: bytes | mmap, file_bytes: int | None = None, *, part: bool = False) -> Header:
    """Read the header at the start of `data`; raises HeaderRefusedError with the reason.

    Where `file_bytes` is given the tensors must lie inside a file of that size. `part` allows one
    file of a model that is split into several.
    """
    reader = Reader(data)
    metadata, lengths, tensors = _metadata(reader)
    if not part:
        _refuse_part(metadata)
    found = read_tensors(reader, tensors)
    if file_bytes is not None:
        check_places(found, reader.at, file_bytes, alignment(metadata))
    return Header(metadata, lengths, found)


def join(headers: list[Header]) -> Header:
    """One header of a model's parts in order; HeaderRefusedError where they are not one model."""
    first = headers[0]
    count = first.metadata.get("split.count", len(headers))
    numbers = [one.metadata.get("split.no", at) for at, one in enumerate(headers)]
    if count != len(headers) or numbers != list(range(len(headers))):
        raise HeaderRefusedError(f"its parts are {numbers} of {count}, not all in order")
    tensors = tuple(one for header in headers for one in header.tensors)
    if len({one.name for one in tensors}) < len(tensors):
        raise HeaderRefusedError("a tensor stands in two of its parts")
    return Header(first.metadata, first.lengths, tensors)


def start(data: bytes) -> tuple[Header, int]:
    """What of a header stands in its first bytes, without tensors, and how many of those it has."""
    reader = Reader(data)
    metadata: dict[str, object] = {}
    lengths: dict[str, int] = {}
    _version(reader)
    tensors = reader.count(MOST_TENSORS, "tensors")
    with suppress(HeaderCutError):
        _entries(reader, metadata, lengths)
    return Header(metadata, lengths, ()), tensors


def _metadata(reader: Reader) -> tuple[dict[str, object], dict[str, int], int]:
    _version(reader)
    tensors = reader.count(MOST_TENSORS, "tensors")
    metadata: dict[str, object] = {}
    lengths: dict[str, int] = {}
    _entries(reader, metadata, lengths)
    return metadata, lengths, tensors


def _entries(reader: Reader, metadata: dict[str, object], lengths: dict[str, int]) -> None:
    for _ in range(reader.count(MOST_KEYS, "metadata entries")):
        key = reader.text(MOST_NAME_BYTES)
        if key in metadata:
            raise HeaderRefusedError(f"{key[:60]!r} stands in it twice")
        metadata[key] = _value(reader, key, lengths)


def _refuse_part(metadata: dict[str, object]) -> None:
    if metadata.get("split.count", 0) not in (0, 1):
        number = metadata.get("split.no", 0)
        raise HeaderRefusedError(
            f"it is part {number} (from 0) of a model split into several files"
        )


def alignment(metadata: dict[str, object]) -> int:
    """Bytes that tensors are aligned to."""
    value = metadata.get("general.alignment", ALIGNMENT_BYTES)
    if not isinstance(value, int) or not 0 < value <= 1 << 20 or value & (value - 1):
        raise HeaderRefusedError(f"its alignment is {quoted.as_json(value)}")
    return value


def read_tensors(reader: Reader, count: int) -> tuple[Tensor, ...]:
    """The list of tensors; a name may stand there once."""
    found = tuple(_tensor(reader) for _ in range(count))
    if len({one.name for one in found}) < count:
        raise HeaderRefusedError("a tensor stands in it twice")
    return found


def check_places(tensors: tuple[Tensor, ...], end: int, file_bytes: int, align: int) -> None:
    """HeaderRefusedError where a tensor lies outside the file; `end` is where the header ends."""
    data = -(-end // align) * align
    for one in tensors:
        if one.offset % align:
            raise HeaderRefusedError(f"the tensor {one.name[:60]!r} does not lie on {align} bytes")
        if data + one.offset + one.bytes > file_bytes:
            needed = max(data + each.offset + each.bytes for each in tensors)
            raise FileCutError(
                f"its tensors end at byte {needed}, the file at byte {file_bytes}: it is cut short"
            )


def _version(reader: Reader) -> None:
    start = reader.skip(4)
    if bytes(reader.data[start : start + 4]) != b"GGUF":
        raise HeaderRefusedError("it does not start with the letters GGUF")
    version = int(reader.number("I"))
    if version in (2 << 24, 3 << 24):
        raise HeaderRefusedError("it is written for big-endian processors")
    if version not in (2, 3):
        raise HeaderRefusedError(f"it is GGUF version {version}; versions 2 and 3 are known")


def _value(reader: Reader, key: str, lengths: dict[str, int]) -> object:
    kind = int(reader.number("I"))
    if kind == STRING:
        return reader.text()
    if kind == ARRAY:
        return _array(reader, key, lengths)
    if kind not in SCALARS:
        raise HeaderRefusedError(f"{key[:60]!r} has the unknown value type {kind}")
    return reader.number(SCALARS[kind])


def _array(reader: Reader, key: str, lengths: dict[str, int]) -> object:
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


def _tensor(reader: Reader) -> Tensor:
    name, rank = reader.text(MOST_NAME_BYTES), int(reader.number("I"))
    if not 1 <= rank <= MOST_DIMENSIONS:
        raise HeaderRefusedError(f"the tensor {name[:60]!r} has {rank} dimensions")
    dims = tuple(int(reader.number("Q")) for _ in range(rank))
    kind, offset = int(reader.number("I")), int(reader.number("Q"))
    if kind not in BLOCKS:
        raise HeaderRefusedError(f"the tensor {name[:60]!r} has the unknown type {kind}")
    values, size = BLOCKS[kind]
    total = prod(dims) // values * size
    if not 0 < total <= MOST_TENSOR_BYTES or dims[0] % values:
        raise HeaderRefusedError(f"the tensor {name[:60]!r} has an impossible size")
    return Tensor(name, dims, total, offset)
