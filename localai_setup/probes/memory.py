"""Main memory, and the limits set on it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ..cputext import cgroups, libraries, macwords, windows_memory
from ..model.facts import Unknown
from ..model.reading import Readings, Text
from ..model.shown import Shown
from ..model.source import Command, File, Like, Source
from ..sightings._words import mib

MEMINFO = File("/proc/meminfo")
CGROUP2_LIMIT = File("/sys/fs/cgroup/memory.max")
CGROUP1_LIMIT = File("/sys/fs/cgroup/memory/memory.limit_in_bytes")
LIMIT_EVENTS = File("/sys/fs/cgroup/memory.events")
OWN_CGROUP = File("/proc/self/cgroup")
NODE_MEMORY = File("/sys/devices/system/node/node*/meminfo")
NODE_CPUS = File("/sys/devices/system/node/node*/cpulist")
SYSTEM_PROFILER = Like("command:system_profiler*")
SOURCES: tuple[Source, ...] = (
    MEMINFO,
    CGROUP2_LIMIT,
    CGROUP1_LIMIT,
    *cgroups.recorded("memory.max"),
    *cgroups.recorded("memory.limit_in_bytes"),
    LIMIT_EVENTS,
    OWN_CGROUP,
    File("/proc/mounts"),
    File("/proc/self/cpuset"),
    NODE_MEMORY,
    NODE_CPUS,
    Command("sysctl", "-n", "hw.memsize"),
    Like("command:sysctl -a"),
    Command("memory_pressure", "-Q"),
    *(Like(key) for key in windows_memory.KEYS),
    Like("command:free*"),
    Like("command:tegrastats*"),
    SYSTEM_PROFILER,
    Like(libraries.COUNTS.key),
)
MIB = 1024 * 1024
#: cgroup v1 writes "no limit" as the largest multiple of a page below 2^63
NO_LIMIT_BYTES = 2**60
#: procps before 3.3.10 has a row `-/+ buffers/cache:` and no column of what is available
OLD_FREE_COLUMNS = 5
#: MiB in the unit that a flag of `free` chooses; -h names units, and bytes have none
FREE_UNITS = {"b": 1 / MIB, "h": 1 / MIB, "m": 1.0, "k": 1 / 1024, "": 1 / 1024}
_UNITS = {"k": 1 / 1024, "m": 1.0, "g": 1024.0, "t": 1024.0 * 1024}


@dataclass(frozen=True)
class Memory:
    """MiB. `limit_mib` is a container's or service's limit, None where there is none."""

    total_mib: float | None = None
    available_mib: float | None = None
    limit_mib: float | None = None
    swap_mib: float | None = None
    #: how many processes the kernel ended at this limit (cgroup 2 counts them), and who told it
    limit_kills: int = 0
    kills_source: str = ""
    unknown: tuple[Unknown, ...] = ()


def follow_up(readings: Readings) -> tuple[Source, ...]:
    """The limit of our own group may lie below the root of the hierarchy.

    A library is asked where Linux' own file is not there; the programs of other systems are slow, and
    `wmic` is gone from new ones.
    """
    more = (libraries.COUNTS,) if readings.text(MEMINFO) is None else ()
    return (*more, *(File(path) for path in _limit_paths(readings)))


SHOWN = Shown(
    name="memory",
    fact=Memory,
    fields=("total_mib", "available_mib", "limit_mib", "swap_mib"),
    place=30,
)


def parse(readings: Readings) -> Memory:
    total = _first(_totals(readings))
    gpu_nodes = _nodes_without_cpus_mib(readings)
    if total is not None and gpu_nodes and total > gpu_nodes:
        total -= gpu_nodes
    found = {
        "total_mib": total,
        "available_mib": _first(_available(readings)),
        "swap_mib": _first(_swap(readings)),
    }
    unknown = tuple(
        Unknown(f"memory.{name}", "missing", "no source told it", MEMINFO.key)
        for name, value in found.items()
        if value is None
    )
    kills, source = _limit_kills(readings)
    return Memory(
        limit_mib=_limit_mib(readings, total),
        limit_kills=kills,
        kills_source=source,
        unknown=unknown,
        **found,
    )


def _limit_kills(readings: Readings) -> tuple[int, str]:
    found = re.search(r"(?m)^oom_kill (\d{1,9})", readings.text(LIMIT_EVENTS) or "")
    return (int(found[1]), LIMIT_EVENTS.key) if found else (0, "")


def _first(values: Iterator[float | None]) -> float | None:
    return next((value for value in values if value is not None), None)


def _totals(readings: Readings) -> Iterator[float | None]:
    yield _kib(readings.text(MEMINFO), "MemTotal")
    yield from (_free(readings, 0, 1), _apple_total(readings), windows_memory.total_mib(readings))
    yield _nodes_mib(readings)
    yield _match(readings, "command:tegrastats*", r"\bRAM \d+/(\d+)MB", 1.0)
    yield libraries.memory_mib(readings, "total")


def _available(readings: Readings) -> Iterator[float | None]:
    yield _kib(readings.text(MEMINFO), "MemAvailable")
    yield _free(readings, 0, 6)
    yield _apple_available(readings)
    yield windows_memory.available_mib(readings)
    yield libraries.memory_mib(readings, "available")


def _swap(readings: Readings) -> Iterator[float | None]:
    yield _kib(readings.text(MEMINFO), "SwapTotal")
    yield _free(readings, 1, 1)
    yield libraries.memory_mib(readings, "swap")


def _kib(text: str | None, label: str) -> float | None:
    found = re.search(rf"^\s*{label}:\s+(\d{{1,15}}) kB", text or "", re.MULTILINE)
    return int(found[1]) / 1024 if found else None


def _match(readings: Readings, key: str, pattern: str, factor: float) -> float | None:
    for _, text in (*readings.texts(key), (key, readings.text(key) or "")):
        found = re.search(pattern, text)
        if found:
            return int(found[1]) * factor
    return None


def _free(readings: Readings, row: int, column: int) -> float | None:
    """A number of `free`; its rows are memory and swap, whatever the language calls them.

    The seventh column is there since procps 3.3.10. `free -g` cuts too much off to tell a size.
    """
    for key, text in sorted(readings.texts("command:free*"), key=lambda one: -_precision(one[0])):
        lines = [line.split() for line in text.splitlines()]
        rows = [line for line in lines if re.fullmatch(r"[^-/]\S*:", line[0] if line else "")]
        named = [line for line in rows if line[0] == ("Mem:", "Swap:")[row]]
        both = len(rows) > 1 and rows[0][0] != "Swap:"
        chosen = named or (rows[row : row + 1] if both else [])
        old = column > OLD_FREE_COLUMNS and any(line[:1] == ["-/+"] for line in lines)
        if chosen and len(chosen[0]) > column and not old and _precision(key):
            return _amount_mib(chosen[0][column], FREE_UNITS.get(_flag(key), 1 / 1024))
    return None


def _flag(key: str) -> str:
    """The letter that chooses the unit: `free -b`, `free -wm`; "" is KiB."""
    found = re.search(r" -(?!-)[a-z]*?([bkmgh])", key)
    return found[1] if found else "?" if " --" in key else ""


def _precision(key: str) -> int:
    return ["h", "m", "k", "", "b"].index(_flag(key)) + 1 if _flag(key) in [*"hmkb", ""] else 0


def _amount_mib(word: str, unit: float) -> float | None:
    """A number in `unit` MiB, or one that names its unit."""
    found = re.fullmatch(r"(\d+(?:[.,]\d+)?)(?:([KMGTkmgt])i?)?B?", word)
    if not found:
        return None
    number = float(found[1].replace(",", "."))
    return number * (_UNITS[found[2].lower()] if found[2] else unit)


def _apple_total(readings: Readings) -> float | None:
    plain = re.fullmatch(r"\s*(\d+)\s*", readings.text("command:sysctl -n hw.memsize") or "")
    if plain:
        return int(plain[1]) / MIB
    listed = _match(readings, "command:sysctl -a", r"(?m)^hw\.memsize:\s*(\d+)\s*$", 1 / MIB)
    pressure = r"The system has (\d+)"
    return (
        listed
        or _match(readings, "command:memory_pressure -Q", pressure, 1 / MIB)
        or _profiled(readings)
    )


def _profiled(readings: Readings) -> float | None:
    """`Memory: 16 GB` in any language, or the slots of an Intel Mac added up."""
    for _, text in readings.texts(SYSTEM_PROFILER):
        keys = r"\"(?:physical_memory|SPMemoryDataType)\"\s*:\s*\"(?P<size>\d[^\"]*)\""
        found = re.search(keys, text) or macwords.MEMORY.search(text)
        if found and (complete := mib(found["size"])):
            return complete
        slots = re.findall(r"\"dimm_size\"\s*:\s*\"(\d+ (?:GB|MB|Go|Mo))\"", text)
        slots += re.findall(
            r"(?m)^\s*(?:Size|Gr\u00f6\u00dfe|Taille)\s*:\s*(\d+ (?:GB|MB|Go|Mo))\s*$", text
        )
        if slots:
            return sum(mib(size) or 0 for size in slots)
    return None


def _apple_available(readings: Readings) -> float | None:
    text = readings.text("command:memory_pressure -Q") or ""
    total = re.search(r"The system has (\d+)", text)
    share = re.search(r"free percentage:\s*(\d+)%", text)
    return int(total[1]) / MIB * int(share[1]) / 100 if total and share else None


def _nodes(readings: Readings) -> Iterator[tuple[str, float]]:
    for key, text in readings.texts(NODE_MEMORY):
        found = re.search(r"MemTotal:\s+(\d+) kB", text)
        if found:
            yield key.rsplit("/", 1)[0], int(found[1]) / 1024


def _nodes_mib(readings: Readings) -> float | None:
    return sum(mib for _, mib in _nodes(readings)) or None


def _nodes_without_cpus_mib(readings: Readings) -> float:
    """Memory of GPUs that the kernel lists as nodes of their own; it is no main memory."""
    empty = {key.rsplit("/", 1)[0] for key, text in readings.texts(NODE_CPUS) if not text.strip()}
    return sum(mib for node, mib in _nodes(readings) if node in empty)


def _limit_paths(readings: Readings) -> Iterator[str]:
    """Every group from our own up to the root, in both versions of cgroups."""
    for controllers, path in cgroups.groups(readings):
        if not controllers:
            yield from (f"/sys/fs/cgroup{group}/memory.max" for group in cgroups.upwards(path))
        elif "memory" in controllers.split(","):
            root, name = "/sys/fs/cgroup/memory", "memory.limit_in_bytes"
            yield from (f"{root}{group}/{name}" for group in cgroups.upwards(path))


def _limit_mib(readings: Readings, total_mib: float | None) -> float | None:
    """The lowest limit on the way up counts; one above the memory is none."""
    keys = [CGROUP2_LIMIT.key, CGROUP1_LIMIT.key, *("file:" + p for p in _limit_paths(readings))]
    recorded = (k for k in readings.by_key if _is_limit(k) and cgroups.is_own(readings, k))
    texts = (readings.of(key) for key in dict.fromkeys([*keys, *recorded]))
    limits = [
        int(reading.text)
        for reading in texts
        if isinstance(reading, Text) and reading.text.strip().isdecimal()
    ]
    real = [limit for limit in limits if 0 < limit < NO_LIMIT_BYTES]
    lowest = min(real) / MIB if real else None
    return None if lowest is None or (total_mib and lowest >= total_mib) else lowest


def _is_limit(key: str) -> bool:
    name = key.rsplit("/", 1)[-1]
    return key.startswith("file:") and name in ("memory.max", "memory.limit_in_bytes")
