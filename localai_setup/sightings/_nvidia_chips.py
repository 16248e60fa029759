"""The compute capability of NVIDIA's chips, by PCI id and by the chip's name.

Source: pci.ids of 2026-08-22 for the ids of each chip; NVIDIA's list of compute capabilities by
product (developer.nvidia.com/cuda-gpus and its page of older products) for the numbers.
"""

from __future__ import annotations

import re

#: chips whose names tell the capability, as pci.ids spells them
CHIPS = {
    "GK104": "3.0", "GK106": "3.0", "GK107": "3.0", "GK110": "3.5", "GK208": "3.5", "GK210": "3.7",
    "GM107": "5.0", "GM108": "5.0", "GM200": "5.2", "GM204": "5.2", "GM206": "5.2",
    "GP100": "6.0", "GP102": "6.1", "GP104": "6.1", "GP106": "6.1", "GP107": "6.1", "GP108": "6.1",
    "GV100": "7.0", "TU102": "7.5", "TU104": "7.5", "TU106": "7.5", "TU116": "7.5", "TU117": "7.5",
    "GA100": "8.0", "GA102": "8.6", "GA103": "8.6", "GA104": "8.6", "GA106": "8.6", "GA107": "8.6",
    "AD102": "8.9", "AD103": "8.9", "AD104": "8.9", "AD106": "8.9", "AD107": "8.9",
    "GH100": "9.0", "GB100": "10.0", "GB102": "10.0", "GB110": "10.3", "GB112": "10.3",
    "GB10B": "11.0", "GB202": "12.0", "GB203": "12.0", "GB205": "12.0", "GB206": "12.0",
    "GB207": "12.0", "GB20B": "12.1",
}  # fmt: skip
#: first and last device id of a block that holds one capability only
BLOCKS = (
    (0x0FC0, 0x0FFF, "3.0"), (0x1180, 0x11FF, "3.0"), (0x1280, 0x12BF, "3.5"),
    (0x1340, 0x13AC, "5.0"), (0x13B0, 0x13BC, "5.0"), (0x13C0, 0x1436, "5.2"),
    (0x15F0, 0x15FF, "6.0"), (0x1617, 0x1676, "5.2"), (0x17C2, 0x17FD, "5.2"),
    (0x1B00, 0x1D7F, "6.1"), (0x1D81, 0x1DFF, "7.0"), (0x1E00, 0x1FFF, "7.5"),
    (0x2080, 0x20FF, "8.0"), (0x2100, 0x21FF, "7.5"), (0x2200, 0x223F, "8.6"),
    (0x2300, 0x23FF, "9.0"), (0x2400, 0x25FF, "8.6"), (0x2600, 0x28FF, "8.9"),
    (0x2900, 0x29FF, "10.0"), (0x2B00, 0x2B00, "11.0"), (0x2B80, 0x2D2B, "12.0"),
    (0x2D30, 0x2DFF, "12.0"), (0x2E00, 0x2E7F, "12.1"), (0x2F00, 0x2F7F, "12.0"),
    (0x3180, 0x323F, "10.3"),
)  # fmt: skip
#: `GA102`, `GA104M`, `TU102GL`: letters behind the number name kinds of boards
CHIP = re.compile(r"\b([A-Z]{2}\d{2,3}B?)(?:GLM|GL|BM|SM|M|S|X)?\b")


def capability(pci_id: str | None, name: str | None) -> str | None:
    """The compute capability that the id, or the chip in pci.ids' name, stands for."""
    if pci_id and pci_id.startswith("10de:"):
        device = int(pci_id[5:], 16)
        found = (stated for first, last, stated in BLOCKS if first <= device <= last)
        if stated := next(found, None):
            return stated
    chip = CHIP.match(name or "")
    return CHIPS.get(chip[1]) or CHIPS.get(chip[1].removesuffix("B")) if chip else None
