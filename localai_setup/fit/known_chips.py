"""Chips that are faster or slower than their family, all runs of theirs taken together."""

from __future__ import annotations

import re
from functools import lru_cache

#: What a name doesn't go on with: then it is another chip's.
OTHERS = r"(?! ?(?:Ti|SUPER|D|GRE|Laptop|Max|Pro|Ultra)\b)"

#: How many times as long a token takes as the family's constants tell, by family and name. Of the rows of
#: `tests/measured` that were not held back (`benchmarks/fitted_speeds.py`): the 54 chips with three rows at least, each drawn to 1.0 as if one more
#: of nearly the rows' own spread stood there (0.05); what is left within 3 % is not named. Rows that a fit hasn't
#: seen gain by it, of the same owners (median error 5.3 to 4.8 %) and of others (5.5 to 5.4 %). Why: power limits
#: (an R9700 has the memory of an RX 9070 XT), and memory faster than one token's kernels ask of it (B300).
TIMES = {
    ("amd-rdna", "RX 7900 XTX"): 1.04,
    ("apple", "M4 Pro"): 0.96,
    ("apple-m5", "M5 Max"): 1.04,
    ("apple-m5", "M5 Pro"): 0.96,
    ("nvidia", "L40S"): 1.07,
    ("nvidia", "RTX 4070 Laptop"): 0.95,
    ("nvidia", "RTX 4070 Ti"): 0.96,
    ("nvidia", "RTX 5070"): 1.04,
    ("nvidia", "RTX 5090"): 0.96,
    ("nvidia-ampere", "RTX 3090"): 0.97,
    ("nvidia-hopper", "B300"): 1.03,
    ("nvidia-hopper", "H100 (?:SXM|80GB HBM3)"): 0.93,
    ("nvidia-hopper", "H200 (?:PCIe|NVL)"): 1.03,
    ("vulkan", "RX 7800 XT"): 0.97,
    ("vulkan", "RX 7900 XT"): 1.04,
    ("vulkan", "RX 7900 XTX"): 0.96,
    ("vulkan-rdna4", "RX 9070 XT"): 0.96,
    ("vulkan-rdna4", "R9700"): 1.07,
    ("vulkan-shared", "780M"): 0.95,
}


@lru_cache(maxsize=256)
def times_of(family: str, name: str) -> float:
    """How many times as long a token takes on this chip as on others of its family; 1.0 where nobody knows."""
    return next(
        (
            found
            for (kind, chip), found in TIMES.items()
            if kind == family and re.search(rf"\b{chip}\b{OTHERS}", name)
        ),
        1.0,
    )
