"""How fast the cores read main memory together: a tenth of a second of reading, where the system is idle.

Every core lets C's `memchr` look through a part of its own that is larger than its share of the caches.
What is told is the best of the passes. A pass in which a core waited for other programs proves nothing,
so on a busy machine nothing is told.
"""

from __future__ import annotations

import ctypes
import math
import mmap
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

MIB = 1024 * 1024
#: Larger than the caches of nearly all processors. On a machine that is slow at giving memory it may
#: be less, but never less than the second figure.
MOST_MIB, LEAST_MIB, STEP_MIB = 256, 64, 8
#: for asking the memory, and for all of it
FILL_SECONDS, ALL_SECONDS = 0.09, 0.17
#: A core that was given less of the time than this waited for other programs.
LEAST_SHARE_OF_TIME = 0.85
#: Programs that want to compute, for each processor, from which on nothing is measured.
BUSY_SHARE = 0.8
#: More threads read no faster.
MOST_THREADS = 32
#: Whatever is read, this byte is not in it.
ABSENT, PRESENT = 0, 1


@dataclass(frozen=True)
class _Parts:
    """The addresses of what each thread reads, and how many bytes."""

    addresses: tuple[int, ...]
    bytes: int


def read_gbps(threads: int) -> float | None:
    """GB/s; None where it cannot be measured here (Windows' `memchr` reads byte by byte) or now."""
    if sys.platform == "win32" or _is_busy():
        return None
    try:
        return _measured(max(1, min(threads, MOST_THREADS)))
    except (OSError, RuntimeError, ValueError, MemoryError, AttributeError):
        return None


def _is_busy() -> bool:
    """Whether others want most of the processor: nothing could be proved, and it would take long."""
    return os.getloadavg()[0] > BUSY_SHARE * (os.cpu_count() or 1)


def _measured(threads: int) -> float | None:
    library = ctypes.CDLL(None)
    library.memchr.argtypes = (ctypes.c_void_p, ctypes.c_int, ctypes.c_size_t)
    library.memset.argtypes = (ctypes.c_void_p, ctypes.c_int, ctypes.c_size_t)
    began = time.perf_counter()
    with mmap.mmap(-1, MOST_MIB * MIB) as memory, ThreadPoolExecutor(threads) as pool:
        if hasattr(mmap, "MADV_HUGEPAGE"):
            memory.madvise(mmap.MADV_HUGEPAGE)
        anchor = ctypes.c_char.from_buffer(memory)
        address = ctypes.addressof(anchor)
        try:
            filled = _filled(library, pool, address, threads, began)
            parts = _parts(address, filled, threads)
            return _best_pass(library, pool, parts, began) if filled >= LEAST_MIB * MIB else None
        finally:
            # the mapping cannot be closed while anything points into it
            del anchor


def _filled(
    library: ctypes.CDLL, pool: ThreadPoolExecutor, address: int, threads: int, began: float
) -> int:
    """Bytes that were written to: memory that nobody wrote to is one page of zeros, read from a cache."""
    step = STEP_MIB * MIB

    def fill(at: int) -> None:
        library.memset(at, PRESENT, step // threads)

    filled = 0
    while filled < MOST_MIB * MIB and time.perf_counter() - began < FILL_SECONDS:
        list(pool.map(fill, _parts(address + filled, step, threads).addresses))
        filled += step
    return filled


def _parts(address: int, size: int, threads: int) -> _Parts:
    each = size // threads
    return _Parts(tuple(address + at * each for at in range(threads)), each)


def _best_pass(
    library: ctypes.CDLL, pool: ThreadPoolExecutor, parts: _Parts, began: float
) -> float | None:
    def share_of_time(at: int) -> float:
        start, worked = time.perf_counter(), time.thread_time()
        library.memchr(at, ABSENT, parts.bytes)
        return (time.thread_time() - worked) / max(1e-9, time.perf_counter() - start)

    best, took = 0.0, 0.0
    while time.perf_counter() - began + took < ALL_SECONDS:
        start = time.perf_counter()
        shares = list(pool.map(share_of_time, parts.addresses))
        took = time.perf_counter() - start
        if min(shares) >= LEAST_SHARE_OF_TIME:
            best = max(best, len(parts.addresses) * parts.bytes / 1e9 / took)
    return best if best and math.isfinite(best) else None
