"""Which Intel graphics are part of a processor.

Source: the id lists in Linux's include/drm/intel/pciids.h (checked at commit 0755a4e3e809): DG1, DG2 (Arc A)
and ATS-M, Battlemage (Arc B), Ponte Vecchio.
"""

from __future__ import annotations

import re

DISCRETE = re.compile(r"8086:(490[5-9]|56[9abc].|e2..|0b6[9e]|0b[de].|674.)")
#: Arc with three digits is a card, but B370 and B390, 130T to 140V and plain "Arc Graphics" are not.
CARD_NAME = re.compile(
    r"arc(\(tm\))? (pro )?(a\d{2,3}m?|b(?!3[79]0)\d{2,3})\b|iris\(?r?\)? xe max|data center|\bdg[12]\b"
    r"|battlemage|alchemist",
    re.IGNORECASE,
)
PROCESSOR_BUS = "0000:00:02.0"


def integrated(pci_id: str | None, bus: str | None, name: str | None) -> bool | None:
    if pci_id:
        return not DISCRETE.match(pci_id)
    if bus:
        return bus == PROCESSOR_BUS
    return not CARD_NAME.search(name) if name else None
