"""py-cpuinfo, psutil and Windows' registry: the processor and the memory of systems whose own files do not tell them."""

from __future__ import annotations

import json
import sys
from typing import Any

from ..running import bounded

#: It asks the registry, system programs and the processor itself: a second or two on a slow machine.
LIMIT_SECONDS = 5.0
CPUINFO = "import json, cpuinfo; print(json.dumps(cpuinfo.get_cpu_info()))"
#: What is kept of py-cpuinfo's answer.
#: Numbers of IsProcessorFeaturePresent (winnt.h); from Windows 10 2004 on, earlier ones know none of them.
FLAGS = {36: "ssse3", 37: "sse4_1", 38: "sse4_2", 39: "avx", 40: "avx2", 41: "avx512f"}
FIELDS = ("brand_raw", "arch", "arch_string_raw", "count", "flags")


def cpuinfo() -> dict[str, Any]:
    """Brand, architecture, logical processors and instruction sets, as py-cpuinfo finds them.

    In a process of its own: it runs machine code to ask the processor.
    """
    found = json.loads(bounded.printed_by_python(CPUINFO, LIMIT_SECONDS))
    return {name: found[name] for name in FIELDS if name in found}


def counts() -> dict[str, int | None]:
    """Processors and bytes of memory, as psutil counts them."""
    import psutil

    memory = psutil.virtual_memory()
    return {
        "physical_cores": psutil.cpu_count(logical=False),
        "logical_cores": psutil.cpu_count(logical=True),
        "total_bytes": memory.total,
        "available_bytes": memory.available,
        "swap_bytes": _swap_bytes(),
    }


def _swap_bytes() -> int | None:
    """On Windows it comes from the performance counters, which may be switched off."""
    import psutil

    try:
        return psutil.swap_memory().total
    except (RuntimeError, OSError):
        return None


def registry() -> dict[str, Any]:
    """Name and kind of the first processor, and how many there are, as Windows wrote them at its start."""
    if sys.platform != "win32":
        raise NotImplementedError("only Windows has a registry")
    import winreg

    folder = r"HARDWARE\DESCRIPTION\System\CentralProcessor"
    with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, folder) as all_of_them:
        count = winreg.QueryInfoKey(all_of_them)[0]
        with winreg.OpenKey(all_of_them, "0") as first:
            name, _ = winreg.QueryValueEx(first, "ProcessorNameString")
            kind, _ = winreg.QueryValueEx(first, "Identifier")
    return {"name": name, "kind": kind, "logical_cores": count, "flags": _present_flags()}


def _present_flags() -> list[str]:
    """Those of FLAGS that Windows says the processor, and Windows itself, can use."""
    import ctypes

    present = ctypes.WinDLL("kernel32").IsProcessorFeaturePresent  # type: ignore[attr-defined,unused-ignore]
    return [name for number, name in FLAGS.items() if present(number)]
