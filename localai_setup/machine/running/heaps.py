"""Heaps of threads: glibc reserves 64 MiB of address space for each, which a limit (`ulimit -v`) counts as used."""

from __future__ import annotations

import contextlib
import math
import sys

from ...survey import address_space_bytes

#: of `malloc.h`: how many heaps there may be
M_ARENA_MAX = -8


def share_one() -> None:
    """Let all threads use one heap where the address space is limited: with one of its own for each, two of
    them can take what the whole program needs. Other C libraries reserve nothing.
    """
    if sys.platform != "linux" or address_space_bytes() == math.inf:
        return
    import ctypes

    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, 1)
