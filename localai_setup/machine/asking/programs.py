"""Which known engines run now. Names of other programs are nobody's business and are not kept."""

from __future__ import annotations

import glob
import sys
from collections.abc import Iterator
from pathlib import Path

from ...probes._known_engines import KNOWN


def engines() -> list[str]:
    """Names of running programs that are an engine's, sorted; Linux cuts them at 15 letters."""
    names = {name.strip().removesuffix(".exe") for name in _names()}
    return sorted(n for n in names if any(one.process.fullmatch(n) for one in KNOWN))


def _names() -> Iterator[str]:
    """Linux keeps them in files, which is faster than asking a library."""
    if sys.platform == "linux":
        for path in glob.iglob("/proc/[0-9]*/comm"):
            try:
                yield Path(path).read_text("utf-8", "replace")
            except OSError:
                continue  # it has ended meanwhile
    else:
        import psutil

        for process in psutil.process_iter(["name"]):
            yield process.info["name"] or ""
