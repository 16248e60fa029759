"""Cores from sysfs: which logical CPUs share one, and which are fast."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise

from ..model.reading import Readings

CPU = "file:/sys/devices/system/cpu/cpu*/"
INTEL_KINDS = ("cpu_core", "cpu_atom")
#: no kernel has more; a longer list is a mistake
MAX_CPUS = 65536
#: A core below this share of the fastest one's frequency is another kind of core.
SLOW_SHARE = 0.9


def cpu_list(text: str | None) -> tuple[int, ...] | None:
    """`0-5,8` → the numbers; None where the text is no such list."""
    if text is None or not re.fullmatch(r"\s*\d+(?:-\d+)?(?:,\d+(?:-\d+)?)*\s*", text):
        return None
    found: list[int] = []
    for part in text.strip().split(","):
        first, _, last = part.partition("-")
        if int(last or first) - int(first) > MAX_CPUS:
            return None
        found.extend(range(int(first), int(last or first) + 1))
    return tuple(found)


def values(readings: Readings, file: str) -> dict[int, str]:
    """The text of one file of each CPU, by its number."""
    found = {}
    for key, text in readings.texts(CPU + file):
        number = re.search(r"/cpu(\d+)/", key)
        if number and text.strip():
            found[int(number[1])] = text.strip()
    return found


def cores(readings: Readings) -> dict[int, str] | None:
    """CPU number → what names its core: the list of its thread siblings."""
    for file in ("thread_siblings_list", "core_cpus_list"):
        if lists := values(readings, f"topology/{file}"):
            return lists
    for file in ("thread_siblings", "core_cpus"):  # the same as a mask: `00000000,00000003`
        masks = values(readings, f"topology/{file}")
        if masks and all(re.fullmatch(r"[0-9a-f,]+", mask) for mask in masks.values()):
            return masks
    return None


def performance(readings: Readings, core_of: Mapping[int, str] | None) -> int | None:
    """How many fast physical cores, where the machine has two kinds; None where nothing tells."""
    for file in ("cpu_capacity", "cpufreq/cpuinfo_max_freq", "acpi_cppc/highest_perf"):
        grades = {n: int(v) for n, v in values(readings, file).items() if v.isdecimal()}
        if grades and len(set(grades.values())) > 1:
            fast = fastest(grades)
            if fast and len(fast) < len(grades):
                return len({core_of[n] if core_of and n in core_of else str(n) for n in fast})
    return None


def of_intel(readings: Readings) -> tuple[int, int] | None:
    """Logical processors of the fast and of the slow kind, where Intel's kernel driver lists them."""
    fast, slow = (cpu_list(readings.text(f"file:/sys/devices/{kind}/cpus")) for kind in INTEL_KINDS)
    return (len(fast), len(slow)) if fast and slow else None


def fastest(grades: Mapping[int, int]) -> Sequence[int]:
    """The group of the highest grades, cut at the widest gap that is wide enough to mean a kind."""
    ordered = sorted(set(grades.values()), reverse=True)
    gaps = [(low / high, high) for high, low in pairwise(ordered)]
    ratio, edge = min(gaps)
    if ratio >= SLOW_SHARE:
        return ()
    return [number for number, grade in grades.items() if grade >= edge]
