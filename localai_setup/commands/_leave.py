"""How much main memory is left to other programs, as a person writes it."""

from __future__ import annotations

import re

from ..model.errors import Exit, LocalaiError

SIZE = re.compile(r"\s*(\d{1,6}(?:[.,]\d{1,3})?)\s*(?:([kmgt])i?b?)?\s*", re.IGNORECASE)
#: MiB in each unit; memory is sold in powers of two, whatever the unit is called
UNITS = {"k": 1 / 1024, "m": 1.0, "g": 1024.0, "t": 1024.0 * 1024}


def mib(words: str) -> int:
    """`8GB`, `8 GiB`, `512m`; a number alone is GB.

    Raises:
        LocalaiError: it is no size.

    """
    found = SIZE.fullmatch(words)
    if found is None:
        raise LocalaiError(
            f"`--leave {words}` is no size.",
            "It says how much main memory stays with other programs.",
            "Write it as `--leave 8GB` or `--leave 512MB`.",
            Exit.USAGE,
        )
    return round(float(found[1].replace(",", ".")) * UNITS[(found[2] or "g").lower()])
