"""A GGUF header from a file that is far away, read in ranges.

A header holds numbers at its start, megabytes of vocabulary, and the list of tensors at its end. The
vocabulary is passed over: where the header ends is found by halving (it is full of zero bytes,
weights are not), and the list of tensors proves itself by filling the file to its last byte. Where
that fails the header is read from start to end.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable
from contextlib import suppress

from .gguf import (
    STRING,
    Header,
    HeaderCutError,
    HeaderRefusedError,
    Reader,
    Tensor,
    alignment,
    parse,
    read_tensors,
    start,
)

#: (first byte, bytes wanted) → the bytes, fewer only at the end of the file
Read = Callable[[int, int], bytes]
FIRST_BYTES, PROBE_BYTES, CLOSE_BYTES = 64 << 10, 8 << 10, 96 << 10
#: a header longer than this is no model's (the longest known has 16 MiB)
MOST_HEADER_BYTES = 64 << 20
GROWTH = 4
#: most bytes of one entry of the list of tensors
ENTRY_BYTES = 112
#: share of zero bytes above which bytes are a header's; weights have some percent
ZERO_SHARE = 0.15
#: bytes so empty that they say nothing (a hole in the file)
EMPTY_SHARE = 0.99
TEMPLATE = "tokenizer.chat_template"
#: as it begins in a file: the length of its name, the name, the type of a text
TEMPLATE_ENTRY = struct.pack("<Q", len(TEMPLATE)) + TEMPLATE.encode() + struct.pack("<I", STRING)
#: how far before the list of tensors it is looked for
LOOK_BACK_BYTES = 128 << 10
FIRST_TENSOR = re.compile(rb"[\x04-\x60]\0{7}[a-z][a-z0-9_.]*\.(?:weight|bias)[\x01-\x04]\0{3}")


def read_header(read: Read, file_bytes: int, *, part: bool = False) -> Header:
    """The header of a file of `file_bytes`; HeaderRefusedError says why there is none.

    Of a header that was passed over only the metadata before the vocabulary is known, and the chat
    template, which writers put near its end.
    """
    data = read(0, min(FIRST_BYTES, file_bytes))
    try:
        return parse(data, file_bytes, part=part)
    except HeaderCutError:
        found = _passing_over(read, data, file_bytes)
    return found or _reading_all(read, data, file_bytes, part=part)


def _reading_all(read: Read, data: bytes, file_bytes: int, *, part: bool) -> Header:
    most = min(MOST_HEADER_BYTES, file_bytes)
    while len(data) < most:
        requested = min(most, len(data) * GROWTH) - len(data)
        data += read(len(data), requested)
        try:
            return parse(data, file_bytes, part=part)
        except HeaderCutError:
            continue
    raise HeaderRefusedError(f"its header does not end within {most} bytes")


def _passing_over(read: Read, data: bytes, file_bytes: int) -> Header | None:
    begun, count = start(data)
    arch = begun.metadata.get("general.architecture")
    if not count or f"{arch}.block_count" not in begun.metadata or not begun.lengths:
        return None
    low, high = len(data), min(file_bytes, MOST_HEADER_BYTES)
    while high - low > CLOSE_BYTES:
        middle = (low + high) // 2
        if _is_header(read(middle, PROBE_BYTES)):
            low = middle
        else:
            high = middle
    first = max(0, low - count * ENTRY_BYTES)
    region = read(first, high + PROBE_BYTES - first)
    if isinstance(arch, str) and f"{arch}.".encode() in region:
        return None  # more of its numbers stand after the vocabulary
    tensors = _find_tensors(region, first, count, file_bytes, alignment(begun.metadata))
    if not tensors:
        return None
    ahead = min(first, LOOK_BACK_BYTES)
    stated = {} if TEMPLATE in begun.metadata else _template(read(first - ahead, ahead) + region)
    return Header({**begun.metadata, **stated}, begun.lengths, tensors)


def _template(window: bytes) -> dict[str, object]:
    """The chat template where these bytes hold one."""
    at = window.find(TEMPLATE_ENTRY)
    if at >= 0:
        with suppress(HeaderRefusedError):
            return {TEMPLATE: Reader(window, at + len(TEMPLATE_ENTRY)).text()}
    return {}


def _is_header(window: bytes) -> bool:
    zeros = window.count(0) / max(1, len(window))
    return ZERO_SHARE < zeros < EMPTY_SHARE


def _find_tensors(
    region: bytes, first: int, count: int, file_bytes: int, align: int
) -> tuple[Tensor, ...] | None:
    for match in FIRST_TENSOR.finditer(region):
        reader = Reader(region, match.start())
        try:
            tensors = read_tensors(reader, count)
        except HeaderRefusedError:
            continue
        if _fills(tensors, first + reader.at, file_bytes, align):
            return tensors
    return None


def _fills(tensors: tuple[Tensor, ...], end: int, file_bytes: int, align: int) -> bool:
    """Whether the tensors lie one after another from the end of the header to that of the file."""
    at = 0
    for one in sorted(tensors, key=lambda one: one.offset):
        if one.offset != at:
            return False
        at = -(-(at + one.bytes) // align) * align
    data = -(-end // align) * align
    return data + at - align < file_bytes <= data + at
