"""What py-cpuinfo, psutil and Windows' registry tell, where the system's own files and programs do not."""

from __future__ import annotations

from typing import Any

from ..model.reading import Readings
from ..model.source import Call
from . import levels
from .named import NamedCpu

CPUINFO = Call("cpuinfo.get_cpu_info")
COUNTS = Call("psutil.counts")
#: Read in a millisecond; py-cpuinfo may be too slow on a busy machine.
REGISTRY = Call("registry.processor")
#: py-cpuinfo's words → Linux's
ARCHES = {"X86_64": "x86_64", "X86_32": "i686", "ARM_8": "aarch64", "ARM_7": "armv7l"}
FLAGS = {"avx512vnni": "avx512_vnni", "avx512bitalg": "avx512_bitalg",
         "avx512vbmi2": "avx512_vbmi2", "avx512vpopcntdq": "avx512_vpopcntdq",
         "sse4.1": "sse4_1", "sse4.2": "sse4_2", "sse3": "pni", "lzcnt": "abm"}  # fmt: skip
MIB = 1024 * 1024


def read(readings: Readings) -> NamedCpu | None:
    """None where none of them told anything."""
    found, counts, registry = map(readings.fields, (CPUINFO, COUNTS, REGISTRY))
    if not (found or counts or registry):
        return None
    return NamedCpu(
        _words(found.get("brand_raw")) or _words(registry.get("name")),
        ARCHES.get(str(found.get("arch"))) or _of_kind(str(registry.get("kind"))),
        _features(found.get("flags")) or _implied(registry.get("flags")),
        _count(counts.get("logical_cores"))
        or _count(found.get("count"))
        or _count(registry.get("logical_cores")),
        _count(counts.get("physical_cores")),
    )


def _implied(flags: Any) -> tuple[str, ...] | None:
    """Windows tells six instruction sets; those that came with them in every processor of Intel's and AMD's
    are in the same level of x86-64. None where it tells not even those that all have had since 2011.
    """
    stated = set(_features(flags) or ())
    if "sse4_2" not in stated:
        return None
    names = {"sse4_2": "x86-64-v2", "avx2": "x86-64-v3"}
    named_levels = [levels.LEVELS[level] for name, level in names.items() if name in stated]
    return tuple(sorted({"lm", *stated}.union(*named_levels)))


def _of_kind(kind: str) -> str | None:
    """`Intel64 Family 6 …`, `AMD64 Family 25 …`, `ARMv8 (64-bit) Family 8 …`."""
    start = kind.split(" ", 1)[0].lower()
    return {"intel64": "x86_64", "amd64": "x86_64", "em64t": "x86_64", "armv8": "aarch64"}.get(
        start
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
