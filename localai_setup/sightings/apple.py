"""Apple Silicon: the GPU is part of the chip and shares all of its memory."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..model.reading import Readings
from ..model.source import Command, Like
from ._sighting import Listing, Sighting

RANK = 30
SYSCTL = Command("sysctl", "-a")
BRAND = Like("command:sysctl -n machdep.cpu.brand_string")
SOURCES = (BRAND,)
#: `sysctl -a` of other systems tells nothing of a GPU and costs a tenth of a second.
FOLLOW_UP = {"macos": (SYSCTL,)}
CHIP = re.compile(r"Apple (M\d+\b.*|A\d+\w*\b.*|processor)", re.IGNORECASE)


def see(readings: Readings) -> Iterator[Listing]:
    text = readings.text(SYSCTL) or ""
    key, name = SYSCTL.key, value(text, "machdep.cpu.brand_string")
    if name is None and (alone := readings.text(BRAND)):
        key, name = BRAND.key, alone.strip()
    if name and name.startswith("VirtualApple"):  # Rosetta pretends another processor
        name = None
    if not CHIP.fullmatch(name or "") and not _is_arm_mac(readings, text):
        return
    chip = Sighting(
        "apple",
        name=name,
        memory_mib=usable_mib(number(text, "hw.memsize"), number(text, "iogpu.wired_limit_mb")),
        memory_kind="unified",
        integrated=True,
        usable=True,
    )
    yield Listing(key, (chip,))


def value(text: str, name: str) -> str | None:
    found = re.search(rf"^{re.escape(name)}\s*[:=]\s*(.+?)\s*$", text, re.MULTILINE)
    return found[1] if found else None


def number(text: str, name: str) -> int | None:
    found = value(text, name)
    return int(found) if found and re.fullmatch(r"\d{1,18}", found) else None


def usable_mib(memory_bytes: int | None, limit_mib: int | None) -> float | None:
    """What Metal lets programs wire: the set limit, else 2/3 of up to 36 GB and 3/4 of more.

    Source: measurements of `recommendedMaxWorkingSetSize` in llama.cpp's Metal discussions.
    """
    if limit_mib:
        return float(limit_mib)
    if not memory_bytes:
        return None
    total = memory_bytes / 1024**2
    return total * (2 / 3 if total <= 36 * 1024 else 3 / 4)


def _is_arm_mac(readings: Readings, text: str) -> bool:
    if value(text, "sysctl.proc_translated") == "1":
        return True
    if value(text, "hw.optional.arm64") == "1" and value(text, "kern.ostype") in {None, "Darwin"}:
        return True
    identity = readings.fields("call:platform.uname")
    system = (identity.get("system"), identity.get("machine"))
    return system == ("Darwin", "arm64") and bool(text)
