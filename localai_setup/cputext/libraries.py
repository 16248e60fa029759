"""What py-cpuinfo and psutil tell, where the system's own files and programs do not."""

from __future__ import annotations

from typing import Any

from ..model.reading import Readings
from ..model.source import Call
from . import levels
from .named import NamedCpu

CPUINFO = Call("cpuinfo.get_cpu_info")
COUNTS = Call("psutil.counts")
#: py-cpuinfo's words → Linux's
ARCHES = {"X86_64": "x86_64", "X86_32": "i686", "ARM_8": "aarch64", "ARM_7": "armv7l"}
FLAGS = {"avx512vnni": "avx512_vnni", "avx512bitalg": "avx512_bitalg",
         "avx512vbmi2": "avx512_vbmi2", "avx512vpopcntdq": "avx512_vpopcntdq",
         "sse4.1": "sse4_1", "sse4.2": "sse4_2", "sse3": "pni", "lzcnt": "abm"}  # fmt: skip
MIB = 1024 * 1024


def read(readings: Readings) -> NamedCpu | None:
    """None where neither library told anything."""
    found, counts = readings.fields(CPUINFO), readings.fields(COUNTS)
    if not found and not counts:
        return None
    return NamedCpu(
        _words(found.get("brand_raw")),
        ARCHES.get(str(found.get("arch"))),
        _features(found.get("flags")),
        _count(counts.get("logical_cores")) or _count(found.get("count")),
        _count(counts.get("physical_cores")),
    )


def memory_mib(readings: Readings, name: str) -> float | None:
    """`total`, `available` or `swap`, as psutil counts it."""
    value = readings.fields(COUNTS).get(f"{name}_bytes")
    return value / MIB if isinstance(value, int) and not isinstance(value, bool) else None


def _words(value: Any) -> str | None:
    return " ".join(value.split()) or None if isinstance(value, str) else None


def _features(flags: Any) -> tuple[str, ...] | None:
    if not isinstance(flags, list):
        return None
    words = {word.lower() for word in flags if isinstance(word, str)}
    return tuple(sorted(levels.named(" ".join(FLAGS.get(w, w) for w in words)))) or None


def _count(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None
