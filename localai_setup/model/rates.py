"""How fast a download may be, as people write it: `500k`, `2M`, `1.5 MB/s`."""

from __future__ import annotations

import re

from .errors import Exit, LocalaiError
from .sizes import GB_BYTES, KB_BYTES, MB_BYTES

#: as `curl --limit-rate` and `wget --limit-rate` read them, and as sizes are told
UNITS = {"": 1.0, "k": KB_BYTES, "m": MB_BYTES, "g": GB_BYTES}
RATE = re.compile(r"(\d+(?:\.\d+)?)\s*([kmg]?)b?(?:/s|ps)?", re.IGNORECASE)
#: Below this nothing of use arrives, and time-outs of servers end it.
LEAST = KB_BYTES
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


def duration_words(seconds: float) -> str:
    """`40 s`, `16 min`, `2.5 h`."""
    if seconds < SOME_MINUTES:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < SOME_HOURS else f"{seconds / 3600:.1f} h"
