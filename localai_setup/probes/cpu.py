"""The processor, from whichever text described it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from ..cputext import (
    apple,
    cgroups,
    counted,
    cpuinfo,
    levels,
    libraries,
    lscpu,
    lscpu_table,
    topology,
    windows,
)
from ..cputext.cpuinfo import SMALL_PARTS, CpuInfo
from ..cputext.named import NamedCpu
from ..model.facts import Unknown
from ..model.reading import Readings
from ..model.shown import Shown
from ..model.source import Call, Command, File, Like, Source

T = TypeVar("T")
UNAME_MACHINES = (
    r"(?<=\s)(?:x86_64|aarch64|arm64|i[3-6]86|armv[678]l|riscv64|ppc64le|s390x|loongarch64)(?=\s|$)"
)
ARCHES = {"amd64": "x86_64", "x64": "x86_64", "arm64": "aarch64", "armv8l": "aarch64"}
CPUINFO = File("/proc/cpuinfo")
PRESENT_LISTS = ("online", "present")
CPUSETS = ("/cpuset.cpus.effective", "/cpuset.cpus")
ALLOWED = (File("/sys/fs/cgroup/cpuset.cpus"), File("/sys/fs/cgroup/cpuset/cpuset.cpus"))
SOURCES: tuple[Source, ...] = (
    CPUINFO,
    *(File(f"/sys/devices/system/cpu/{name}") for name in PRESENT_LISTS),
    File("/sys/devices/system/cpu/cpu*/topology/thread_siblings_list"),
    *(
        Like(f"file:/sys/devices/system/cpu/cpu*/topology/{name}")
        for name in ("core_cpus_list", "thread_siblings", "core_cpus")
    ),
    File("/sys/devices/system/cpu/cpu*/cpu_capacity"),
    File("/sys/devices/system/cpu/cpu*/cpufreq/cpuinfo_max_freq"),
    File("/sys/devices/system/cpu/cpu*/acpi_cppc/highest_perf"),
    File("/sys/fs/cgroup/cpuset.cpus.effective"),
    *ALLOWED,
    *(source for name in CPUSETS for source in cgroups.recorded(name.lstrip("/"))),
    *(Like(f"file:/sys/devices/{kind}/cpus") for kind in topology.INTEL_KINDS),
    Like("command:sysctl -a"),
    Call("platform.uname"),
    Like("command:lscpu*"),
    Like("command:uname -m"),
    Like("command:uname -a"),
    Like("command:sysctl -n machdep.cpu.brand_string"),
    Like("command:system_profiler*"),
    *(Like(key) for keys in windows.KEYS.values() for key in keys),
    Like("command:tegrastats*"),
    *(Like(key) for key in counted.COUNTS),
    Like(libraries.CPUINFO.key),
    Like(libraries.COUNTS.key),
    Like(libraries.REGISTRY.key),
)


@dataclass(frozen=True)
class Cpu:
    """Counts are of this machine (or the part of it that a container may use), not of a socket."""

    model: str | None = None
    arch: str | None = None
    physical_cores: int | None = None
    logical_cores: int | None = None
    performance_cores: int | None = None
    level: str | None = None
    features: tuple[str, ...] | None = None
    unknown: tuple[Unknown, ...] = ()


SHOWN = Shown(
    name="cpu",
    fact=Cpu,
    fields=(
        "model", "arch", "physical_cores", "logical_cores", "performance_cores", "level", "features",
    ),
    place=20,
)  # fmt: skip


def follow_up(readings: Readings) -> tuple[Source, ...]:
    """`sysctl -a` tells everything on a Mac, and takes a tenth of a second elsewhere for nothing.

    Where neither it nor Linux' own file is there, two libraries are asked.
    """
    more: tuple[Source, ...] = ()
    if _is_mac(readings):
        more = (Command("sysctl", "-a"),)
    elif readings.text(CPUINFO) is None:
        registry = (libraries.REGISTRY,) if _is_windows(readings) else ()
        more = (libraries.CPUINFO, libraries.COUNTS, *registry)
    return (*more, *map(File, _own_cpusets(readings)))


def afterwards(readings: Readings) -> tuple[Source, ...]:
    """A Mac whose `sysctl` did not answer."""
    silent = _is_mac(readings) and apple.read(readings) is None
    return (libraries.CPUINFO, libraries.COUNTS) if silent else ()


def _is_mac(readings: Readings) -> bool:
    return '"Darwin"' in (readings.text("call:platform.uname") or "")


def _is_windows(readings: Readings) -> bool:
    return '"Windows"' in (readings.text("call:platform.uname") or "")


def _own_cpusets(readings: Readings) -> Iterator[str]:
    """The lists of our own group and of those above it, in both versions of cgroups."""
    for controllers, path in cgroups.groups(readings):
        for group in cgroups.upwards(path):
            if not controllers:
                yield f"/sys/fs/cgroup{group}/cpuset.cpus.effective"
            elif "cpuset" in controllers.split(","):
                yield f"/sys/fs/cgroup/cpuset{group}/cpuset.cpus"


def parse(readings: Readings) -> Cpu:
    linux = cpuinfo.read(readings.text(CPUINFO) or "")
    readers = (lscpu.read, lscpu_table.read, apple.read, windows.read, counted.read, libraries.read)
    others = [found for read in readers if (found := read(readings))]
    arch = _arch(readings, linux, others)
    features = _first(c.features for c in (linux, *others) if c)
    model = _first(c.model for c in (linux, *others) if c)
    logical, physical = _logical(readings, linux, others), _physical(readings, linux, others)
    stated = {"model": model, "arch": arch, "logical_cores": logical, "physical_cores": physical,
            "features": features}  # fmt: skip
    return Cpu(
        model,
        arch,
        physical,
        logical,
        _performance(readings, linux, others) or _performance_by_kind(readings, physical),
        levels.level(features) if features and arch == "x86_64" else None,
        features,
        tuple(_unknown(name) for name, value in stated.items() if value is None),
    )


def _unknown(name: str) -> Unknown:
    return Unknown(f"cpu.{name}", "missing", "no source told it", CPUINFO.key)


def _first(values: Iterable[T | None]) -> T | None:
    return next((value for value in values if value is not None), None)


def _arch(readings: Readings, linux: CpuInfo | None, others: Sequence[NamedCpu]) -> str | None:
    """The processor's own word before the process's: a translated process names another one."""
    stated = _first(c.arch for c in (linux, *others) if c)
    kernel = (readings.text("command:uname -m") or "").strip() or _in_uname(readings)
    word = stated or kernel or _python_machine(readings)
    return ARCHES.get(word.lower(), word.lower()) if word else None


def _in_uname(readings: Readings) -> str:
    """`uname -a` ends with the architecture, once or three times, and the system's name."""
    words = re.findall(UNAME_MACHINES, readings.text("command:uname -a") or "")
    return words[-1] if words else ""


def _python_machine(readings: Readings) -> str:
    return str(readings.fields("call:platform.uname").get("machine") or "")


def _allowed(readings: Readings) -> frozenset[int] | None:
    """The CPUs that the own group may use: the shortest of the lists on its path."""
    keys = [source.key for source in (*ALLOWED, File("/sys/fs/cgroup/cpuset.cpus.effective"))]
    keys += [key for key in readings.by_key if key.endswith(CPUSETS)]
    own = (key for key in keys if cgroups.is_own(readings, key))
    lists = (topology.cpu_list(readings.text(key)) for key in own)
    return min((frozenset(one) for one in lists if one), key=len, default=None)


def _logical(readings: Readings, linux: CpuInfo | None, others: Sequence[NamedCpu]) -> int | None:
    listed = _first(
        topology.cpu_list(readings.text(f"file:/sys/devices/system/cpu/{name}"))
        for name in PRESENT_LISTS
    )
    count = len(listed) if listed else None
    if count is None and linux and linux.logical and linux.complete:
        count = linux.logical
    count = count or _first(c.logical for c in others)
    allowed = _allowed(readings)
    return min(count, len(allowed)) if count and allowed else count


def _physical(readings: Readings, linux: CpuInfo | None, others: Sequence[NamedCpu]) -> int | None:
    cores, allowed = topology.cores(readings), _allowed(readings)
    if cores:
        return len({core for number, core in cores.items() if not allowed or number in allowed})
    return _first([linux.physical if linux else None, *(c.physical for c in others)])


def _performance_by_kind(readings: Readings, physical: int | None) -> int | None:
    """Intel's slow cores run one thread each: what is left of the cores is fast."""
    kinds = topology.of_intel(readings)
    return physical - kinds[1] if kinds and physical and physical > kinds[1] else None


def _performance(
    readings: Readings, linux: CpuInfo | None, others: Sequence[NamedCpu]
) -> int | None:
    stated = topology.performance(readings, topology.cores(readings))
    if stated is None and linux:
        small = [part for part in linux.parts if part.rpartition("/")[2] in SMALL_PARTS]
        stated = len(linux.parts) - len(small) if 0 < len(small) < len(linux.parts) else None
    return _first([stated, *(c.performance for c in others)])
