"""Whether another process is at work, told by the processor's time that it and what it started take."""

from __future__ import annotations

import contextlib
import time
from dataclasses import dataclass, field

#: of one processor; a program that asks a question and waits for the answer takes a tenth of that
AT_WORK = 0.01


@dataclass
class Watch:
    """Looks at one process again and again, or at nobody. `quiet_seconds` since it was last seen at work."""

    pid: int | None = None
    _used: float | None = None
    _looked: float = field(default_factory=time.monotonic)
    _worked: float = field(default_factory=time.monotonic)

    def look(self, pid: int | None) -> None:
        """At this process now; another one than before has just begun its work."""
        now, used = time.monotonic(), used_seconds(pid)
        grown = 0.0 if used is None or self._used is None else used - self._used
        if pid != self.pid or grown > AT_WORK * (now - self._looked):
            self._worked = now
        self.pid, self._used, self._looked = pid, used, now

    @property
    def quiet_seconds(self) -> float:
        return time.monotonic() - self._worked


def used_seconds(pid: int | None) -> float | None:
    """Of the processor, by a process and all that it started; None where nobody may know."""
    import psutil

    if pid is None:
        return None
    total = None
    with contextlib.suppress(psutil.Error):
        root = psutil.Process(pid)
        total = 0.0
        for one in (root, *root.children(recursive=True)):
            with contextlib.suppress(psutil.Error):
                total += sum(one.cpu_times()[:4])
    return total
