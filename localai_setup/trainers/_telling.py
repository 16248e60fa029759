"""What every trainer tells the program that started it: JSON lines on its standard output."""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from typing import Any

#: How often it is looked whether the program that started this one is still there, on Windows.
LOOK_SECONDS = 1.0


def settings() -> dict[str, Any]:
    """The document that the command line names."""
    with open(sys.argv[1], encoding="utf-8") as file:
        found: dict[str, Any] = json.load(file)
    return found


def tell(event: str, **values: Any) -> None:
    """One line, with the seconds of the processor and the memory in MiB that were taken until then."""
    spent = {"cpu_seconds": time.process_time(), "peak_mib": peak_mib()}
    sys.stdout.write(json.dumps({"event": event, **spent, **values}) + "\n")
    sys.stdout.flush()


def peak_mib() -> float:
    """The most memory that this process had at a time; 0 where the system does not tell."""
    try:
        import resource
    except ImportError:  # Windows
        return 0.0
    # kilobytes on Linux, bytes on a Mac
    unit = 1024 * 1024 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def end_with_parent() -> None:
    """End where the program that started this one is gone, also where it was killed: its end of the
    standard input closes then. Another training may begin soon, and two would write the same files.
    """

    def wait() -> None:
        wait_for_end()
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()


def wait_for_end() -> None:
    """Until nobody has the other end of the standard input any more.

    On Windows it is looked at and never read: whoever looks at a pipe waits there for one who reads it,
    and numpy does look while it is imported (https://github.com/numpy/numpy/issues/24290).
    """
    if sys.platform == "win32":
        while has_other_end():
            time.sleep(LOOK_SECONDS)
        return
    while os.read(0, 1):
        pass


def has_other_end() -> bool:
    """Whether somebody on this Windows has the other end of the standard input."""
    import ctypes
    import msvcrt

    kernel = ctypes.windll.kernel32  # type: ignore[attr-defined,unused-ignore]
    handle = ctypes.c_void_p(msvcrt.get_osfhandle(0))  # type: ignore[attr-defined,unused-ignore]
    return bool(kernel.PeekNamedPipe(handle, None, 0, None, None, None))


def typical(rows: list[dict[str, Any]], count: int) -> list[dict[str, Any]]:
    """A batch whose lengths are those that are to be expected of a batch drawn by lot: of `count` numbers
    drawn evenly from 0 to 1 the k-th smallest is k / (count + 1) on average.
    """
    ordered = sorted(rows, key=lambda one: len(one["tokens"]))
    return [ordered[len(ordered) * k // (count + 1)] for k in range(1, count + 1)]
