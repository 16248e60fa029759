"""The memory that a process and those it started have for themselves, and what is available now."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import psutil


def private_mib(pid: int) -> float | None:
    """MiB of a process and its descendants, without files that are only mapped; None where it is gone or
    nobody may ask.
    """
    import psutil

    try:
        process = psutil.Process(pid)
        found = [_mib(process)]
        for child in process.children(recursive=True):
            with suppress(psutil.Error, OSError):
                found.append(_mib(child))
    except (psutil.Error, OSError):  # Windows has errors that psutil does not know
        return None
    return sum(found)


def _mib(process: psutil.Process) -> float:
    """Unique pages: mapped files stay in the system's cache, which counts as available already."""
    return float(process.memory_full_info().uss) / 2**20


def available_mib() -> float:
    """MiB of main memory that programs can get without swapping."""
    import psutil

    return float(psutil.virtual_memory().available) / 2**20
