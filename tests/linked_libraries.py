"""Which shared libraries a program or library names for its loader: ELF, PE and Mach-O, by their headers.

Formats: the ELF specification (dynamic section), Microsoft's PE format (import directory), Apple's
mach-o/loader.h.
"""

from __future__ import annotations

import struct

DT_NEEDED, DT_STRTAB, PT_LOAD, PT_DYNAMIC = 1, 5, 1, 2
LC_LOAD_DYLIB, LC_LOAD_WEAK_DYLIB = 0x0C, 0x18
PE32_PLUS = 0x20B


def linked(raw: bytes) -> list[str]:
    """The names, in the file's order. Of 64-bit little-endian files alone."""
    if raw[:6] == b"\x7fELF\x02\x01":
        return _elf(raw)
    if raw[:2] == b"MZ":
        return _pe(raw)
    if raw[:4] == b"\xcf\xfa\xed\xfe":
        return _mach_o(raw)
    raise ValueError(f"no program of a known kind: {raw[:4]!r}")


def _elf(raw: bytes) -> list[str]:
    start, (size, count) = struct.unpack_from("<Q", raw, 32)[0], struct.unpack_from("<HH", raw, 54)
    headers = [struct.unpack_from("<IIQQQQ", raw, start + size * n) for n in range(count)]
    dynamic = next(one for one in headers if one[0] == PT_DYNAMIC)
    tags = struct.iter_unpack("<QQ", raw[dynamic[2] : dynamic[2] + dynamic[5]])
    pairs = list(tags)
    address = next(value for tag, value in pairs if tag == DT_STRTAB)
    names = next(
        o + address - v for k, _, o, v, _, n in headers if k == PT_LOAD and v <= address < v + n
    )
    return [_text(raw, names + value) for tag, value in pairs if tag == DT_NEEDED]


def _pe(raw: bytes) -> list[str]:
    head = struct.unpack_from("<I", raw, 0x3C)[0]
    sections, optional = struct.unpack_from("<H", raw, head + 6)[0], head + 24
    assert struct.unpack_from("<H", raw, optional)[0] == PE32_PLUS
    table = optional + struct.unpack_from("<H", raw, head + 20)[0]
    places = [struct.unpack_from("<IIII", raw, table + 40 * n + 8) for n in range(sections)]

    def offset(address: int) -> int:
        return next(
            address - start + at for size, start, _, at in places if start <= address < start + size
        )

    entry = offset(struct.unpack_from("<I", raw, optional + 112 + 8)[0])
    found = []
    while name := struct.unpack_from("<I", raw, entry + 12)[0]:
        found.append(_text(raw, offset(name)))
        entry += 20
    return found


def _mach_o(raw: bytes) -> list[str]:
    found, place = [], 32
    for _ in range(struct.unpack_from("<I", raw, 16)[0]):
        command, size, name = struct.unpack_from("<III", raw, place)
        if command & 0x7FFFFFFF in (LC_LOAD_DYLIB, LC_LOAD_WEAK_DYLIB):
            found.append(_text(raw, place + name))
        place += size
    return found


def _text(raw: bytes, start: int) -> str:
    return raw[start : raw.index(b"\0", start)].decode()
