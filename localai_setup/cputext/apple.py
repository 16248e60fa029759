"""macOS: sysctl, in any subset, and system_profiler in JSON or in words."""

from __future__ import annotations

import re

from ..model.reading import Readings
from . import levels, macwords
from .levels import APPLE_ARM, APPLE_X86
from .named import NamedCpu


def read(readings: Readings) -> NamedCpu | None:
    listed = readings.text("command:sysctl -a") or ""
    named = dict(re.findall(r"(?m)^([\w.]+)[ \t]*[:=][ \t]*(.*?)[ \t]*$", listed))
    brand = (readings.text("command:sysctl -n machdep.cpu.brand_string") or "").strip()
    profiled = _profiled(readings)
    if not any(key.startswith(("hw.", "machdep.")) for key in named) and not brand and not profiled:
        return None
    model = named.get("machdep.cpu.brand_string") or brand or (profiled.model if profiled else None)
    arch = _arch(named, model)
    fast = _number(named.get("hw.perflevel0.physicalcpu"))
    return NamedCpu(
        model,
        arch,
        _features(named, arch),
        _number(named.get("hw.logicalcpu")) or _number(named.get("hw.ncpu"))
        or _number(named.get("machdep.cpu.thread_count")) or (profiled.logical if profiled else None),
        _number(named.get("hw.physicalcpu")) or _number(named.get("machdep.cpu.core_count"))
        or (profiled.physical if profiled else None),
        fast if arch == "aarch64" and fast else profiled.performance if profiled else None,
    )  # fmt: skip


def _arch(named: dict[str, str], model: str | None) -> str | None:
    translated = named.get("sysctl.proc_translated") == "1"  # by Rosetta, which shows another chip
    if translated or named.get("hw.optional.arm64") == "1":
        return "aarch64"
    if (model or "").startswith(("Apple", "VirtualApple")):
        return "aarch64"
    x86 = named.get("hw.optional.x86_64") == "1" or "machdep.cpu.features" in named
    return "x86_64" if x86 or "Intel" in (model or "") else None


def _features(named: dict[str, str], arch: str | None) -> tuple[str, ...] | None:
    if arch == "x86_64":
        keys = ("machdep.cpu.features", "machdep.cpu.leaf7_features", "machdep.cpu.extfeatures")
        words = levels.named(" ".join(named.get(key, "") for key in keys))
        found = {APPLE_X86.get(word, word) for word in words}
        return tuple(sorted(found | {"lm"} if found else ())) or None
    optional = {
        key.removeprefix("hw.optional.").removeprefix("arm.").lower()
        for key, value in named.items()
        if key.startswith("hw.optional.") and value == "1"
    }
    found = {APPLE_ARM[name] for name in optional if name in APPLE_ARM}
    return tuple(sorted(found | {"asimd"})) if optional else None


def _profiled(readings: Readings) -> NamedCpu | None:
    """What `system_profiler` tells, in JSON or in anybody's words."""
    for _, text in readings.texts("command:system_profiler*"):
        found = _from_json(text) if text.lstrip().startswith("{") else _from_words(text)
        if found.model or found.physical:
            return found
    return None


def _from_json(text: str) -> NamedCpu:
    """`proc 10:4:6` is total, fast, slow (and since macOS 26 a fourth number); a VM has one number."""
    chip = re.search(r"\"(?:chip_type|cpu_type)\"\s*:\s*\"([^\"]+)\"", text)
    cores = re.search(r"\"number_processors\"\s*:\s*\"?(?:proc )?(\d+)(?::(\d+):(\d+))?", text)
    return _named(chip[1] if chip else None, cores)


def _from_words(text: str) -> NamedCpu:
    own = macwords.hardware(text)
    chip = macwords.CHIP.search(text) or macwords.INTEL.search(own)
    kinds = macwords.CORES.search(own)
    complete = kinds and kinds[3] and int(kinds[2]) + int(kinds[3]) == int(kinds[1])
    return _named(
        chip[1] if chip else None, kinds if complete else macwords.PLAIN_CORES.search(own)
    )


def _named(model: str | None, counts: re.Match[str] | None) -> NamedCpu:
    """An Apple chip runs one thread on each core; `Unknown` is what a translated process sees."""
    total = int(counts[1]) if counts else None
    fast = int(counts[2]) if counts and counts.lastindex and counts.lastindex > 1 else None
    known = model if model != "Unknown" else None
    logical = total if (known or "").startswith("Apple") else None
    return NamedCpu(known, logical=logical, physical=total, performance=fast or None)


def _number(word: str | None) -> int | None:
    return int(word) if word and word.isdecimal() else None
