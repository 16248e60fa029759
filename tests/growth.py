"""How the time of a piece of work grows, on machines that are slow or busy."""

import sys
import time
from collections.abc import Callable

#: What grows too fast does so every time, what only had a busy neighbour does not.
TRIES = 5
#: Shorter than this a machine cannot be measured; Windows counts a process's time in 64ths of a second.
LEAST_SECONDS = 1 / 64 if sys.platform == "win32" else 0.002


def seconds(work: Callable[[], object]) -> float:
    """Of this process on the processor, so that other programs count little."""
    began = time.process_time()
    work()
    return time.process_time() - began


def grows_at_most(short: Callable[[], object], long: Callable[[], object], factor: float) -> bool:
    """Whether `long` takes no more than `factor` times as long as `short`, at least once."""
    return any(seconds(long) < factor * max(LEAST_SECONDS, seconds(short)) for _ in range(TRIES))
