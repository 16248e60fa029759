"""How fast a download may be, as people write it: `500k`, `2M`, `1.5 MB/s`."""

from __future__ import annotations

import re

from .errors import Exit, LocalaiError

#: as `curl --limit-rate` and `wget --limit-rate` read them, but in powers of ten like the sizes we tell
UNITS = {"": 1.0, "k": 1e3, "m": 1e6, "g": 1e9}
RATE = re.compile(r"(\d+(?:\.\d+)?)\s*([kmg]?)b?(?:/s|ps)?", re.IGNORECASE)
#: Below this nothing of use arrives, and time-outs of servers end it.
LEAST = 1e3
#: in seconds: below them the smaller unit is told
SOME_MINUTES, SOME_HOURS = 100, 2 * 3600


def parse(text: str, origin: str) -> float:
    """Bytes per second.

    Raises:
        LocalaiError: `origin`, a flag or a variable, holds no rate.

    """
    found = RATE.fullmatch(text.strip())
    rate = float(found[1]) * UNITS[found[2].lower()] if found else 0.0
    if rate < LEAST:
        raise LocalaiError(
            f"{text!r} is not a rate of downloads ({origin}).",
            "It is a number of bytes per second, 1k at least.",
            "Write for example `500k` or `2M`.",
            exit_code=Exit.USAGE,
        )
    return rate


def words(rate: float) -> str:
    """`5 MB/s`."""
    return f"{rate / 1e6:g} MB/s" if rate >= UNITS["m"] else f"{rate / 1e3:g} KB/s"


def duration_words(seconds: float) -> str:
    """`40 s`, `16 min`, `2.5 h`."""
    if seconds < SOME_MINUTES:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < SOME_HOURS else f"{seconds / 3600:.1f} h"
