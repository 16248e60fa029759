"""Main memory, and the limits set on it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ..model.facts import Unknown
from ..model.reading import Readings, Text
from ..model.source import Command, File, Like, Source

MEMINFO = File("/proc/meminfo")
CGROUP2_LIMIT = File("/sys/fs/cgroup/memory.max")
CGROUP1_LIMIT = File("/sys/fs/cgroup/memory/memory.limit_in_bytes")
OWN_CGROUP = File("/proc/self/cgroup")
NODE_MEMORY = File("/sys/devices/system/node/node*/meminfo")
NODE_CPUS = File("/sys/devices/system/node/node*/cpulist")
SYSTEM_PROFILER = Like("command:system_profiler*")
SOURCES: tuple[Source, ...] = (
    MEMINFO,
    CGROUP2_LIMIT,
    CGROUP1_LIMIT,
    OWN_CGROUP,
    NODE_MEMORY,
    NODE_CPUS,
    Command("sysctl", "-n", "hw.memsize"),
    Like("command:sysctl -a"),
    Command("memory_pressure", "-Q"),
    Command("wmic", "OS", "get", "TotalVisibleMemorySize,FreePhysicalMemory", "/value"),
    Like("command:wmic path Win32_PhysicalMemory*"),
    Like("command:systeminfo"),
    Like("command:dxdiag /t"),
    Like("command:free -b"),
    Like("command:free -h"),
    Like("command:tegrastats"),
    SYSTEM_PROFILER,
)
MIB = 1024 * 1024
#: cgroup v1 writes "no limit" as the largest multiple of a page below 2^63
NO_LIMIT_BYTES = 2**60
_UNITS = {"k": 1 / 1024, "m": 1.0, "g": 1024.0, "t": 1024.0 * 1024}


@dataclass(frozen=True)
class Memory:
    """MiB. `limit_mib` is a container's or service's limit, None where there is none."""

    total_mib: float | None = None
    available_mib: float | None = None
    limit_mib: float | None = None
    swap_mib: float | None = None
    unknown: tuple[Unknown, ...] = ()


def follow_up(readings: Readings) -> tuple[Source, ...]:
    """The limit of our own group may lie below the root of the hierarchy."""
    return tuple(File(path) for path in _limit_paths(readings))


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
    return Memory(limit_mib=_limit_mib(readings, total), unknown=unknown, **found)


def _first(values: Iterator[float | None]) -> float | None:
    return next((value for value in values if value is not None), None)


def _totals(readings: Readings) -> Iterator[float | None]:
    yield _kib(readings.text(MEMINFO), "MemTotal")
    yield from (_free(readings, "Mem", 1), _apple_total(readings), _windows_total(readings))
    yield _nodes_mib(readings)
    yield _match(readings, "command:tegrastats", r"\bRAM \d+/(\d+)MB", 1.0)


def _available(readings: Readings) -> Iterator[float | None]:
    yield _kib(readings.text(MEMINFO), "MemAvailable")
    yield _free(readings, "Mem", 6)
    yield _apple_available(readings)
    yield _match(readings, "command:wmic OS*", r"FreePhysicalMemory=(\d+)", 1 / 1024)
    yield _systeminfo(readings, 1)


def _swap(readings: Readings) -> Iterator[float | None]:
    yield _kib(readings.text(MEMINFO), "SwapTotal")
    yield _free(readings, "Swap", 1)


def _kib(text: str | None, label: str) -> float | None:
    found = re.search(rf"^{label}:\s+(\d+) kB", text or "", re.MULTILINE)
    return int(found[1]) / 1024 if found else None


def _match(readings: Readings, key: str, pattern: str, factor: float) -> float | None:
    for _, text in (*readings.texts(key), (key, readings.text(key) or "")):
        found = re.search(pattern, text)
        if found:
            return int(found[1]) * factor
    return None


def _free(readings: Readings, row: str, column: int) -> float | None:
    """A number of `free -b` or `free -h`; the seventh column is there since procps 3.3.10."""
    for key in ("command:free -b", "command:free -h"):
        for line in (readings.text(key) or "").splitlines():
            words = line.split()
            if words and words[0] == f"{row}:" and len(words) > column:
                return _amount_mib(words[column])
    return None


def _amount_mib(word: str) -> float | None:
    found = re.fullmatch(r"(\d+(?:[.,]\d+)?)(?:([KMGTkmgt])i?)?B?", word)
    if not found:
        return None
    number = float(found[1].replace(",", "."))
    return number * _UNITS[found[2].lower()] if found[2] else number / MIB


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
    """`Memory: 16 GB`, or the slots of an Intel Mac added up."""
    for _, text in readings.texts(SYSTEM_PROFILER):
        whole = re.search(
            r"(?:\"physical_memory\"\s*:\s*\"|\"SPMemoryDataType\"\s*:\s*\"|\n\s*Memory:\s*)(\d+(?:[.,]\d+)?) (GB|MB|TB)",
            text,
        )
        if whole:
            return float(whole[1].replace(",", ".")) * _UNITS[whole[2][0].lower()]
        slots = re.findall(r"\"dimm_size\"\s*:\s*\"(\d+) (GB|MB)\"", text)
        slots += re.findall(r"(?m)^\s*Size:\s*(\d+) (GB|MB)\s*$", text)
        if slots:
            return sum(int(size) * _UNITS[unit[0].lower()] for size, unit in slots)
    return None


def _apple_available(readings: Readings) -> float | None:
    text = readings.text("command:memory_pressure -Q") or ""
    total = re.search(r"The system has (\d+)", text)
    share = re.search(r"free percentage:\s*(\d+)%", text)
    return int(total[1]) / MIB * int(share[1]) / 100 if total and share else None


def _windows_total(readings: Readings) -> float | None:
    visible = _match(readings, "command:wmic OS*", r"TotalVisibleMemorySize=(\d+)", 1 / 1024)
    modules = [
        int(size)
        for _, text in readings.texts("command:wmic path Win32_PhysicalMemory*")
        for size in re.findall(r"(?m)^Capacity=(\d+)\s*$", text)
    ]
    from_modules = sum(modules) / MIB if modules else None
    from_dxdiag = _match(readings, "command:dxdiag /t", r"(?m)^\s*Memory: (\d+)MB RAM", 1.0)
    return visible or _systeminfo(readings, 0) or from_modules or from_dxdiag


def _systeminfo(readings: Readings, which: int) -> float | None:
    """Total and available are the first two amounts in MB, whatever the language calls them."""
    text = readings.text("command:systeminfo") or ""
    amounts = re.findall(
        r":\s+(\d{1,3}(?:[.,\s\u00a0\u202f\u2019']?\d{3})*) (?:MB|Mo|\u041c\u0411)", text
    )
    return float(re.sub(r"\D", "", amounts[which])) if len(amounts) > which else None


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
    for line in (readings.text(OWN_CGROUP) or "").splitlines():
        number, controllers, path = (*line.split(":", 2), "", "")[:3]
        if ".." in path or "*" in path:
            continue
        parts = [part for part in path.split("/") if part]
        groups = ["/".join(parts[:count]) for count in range(len(parts), 0, -1)]
        if number == "0" and not controllers:
            yield from (f"/sys/fs/cgroup/{group}/memory.max" for group in groups)
        elif "memory" in controllers.split(","):
            yield from (f"/sys/fs/cgroup/memory/{group}/memory.limit_in_bytes" for group in groups)


def _limit_mib(readings: Readings, total_mib: float | None) -> float | None:
    """The lowest limit on the way up counts; one above the memory is none."""
    keys = [CGROUP2_LIMIT.key, CGROUP1_LIMIT.key, *("file:" + p for p in _limit_paths(readings))]
    keys += [key for key, _ in readings.like("file:*memory.limit_in_bytes")]
    recorded = (key for key in readings.by_key if _is_limit(key))
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
