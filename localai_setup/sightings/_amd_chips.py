"""What an AMD PCI id tells: the target of the chip, and whether it shares the processor's memory.

Source: pci.ids of 2026-08-22 and libdrm's amdgpu.ids for the chip behind each id; Linux's
amdkfd/kfd_device.c and LLVM's "User Guide for AMDGPU Backend" for the target of each chip.
"""

from __future__ import annotations

import re

#: gfx target → device ids, where the id names one target alone
TARGETS = {
    "gfx803": "67c0 67c2 67c4 67c7 67ca 67cc 67cf 67d0 67d4 67d7 67df 6fdf 67e0 67e1 67e3 67e8 67e9"
    " 67eb 67ef 67ff 6980 6981 6985 6986 6987 698f 6995 699f 7300",
    "gfx900": "6860 6861 6862 6863 6864 6867 6868 6869 686a 686b 686c 686d 686e 687f",
    "gfx902": "15dd 15d8",
    "gfx904": "69a0 69a1 69a2 69a3 69af",
    "gfx906": "66a0 66a1 66a2 66a3 66a7 66af",
    "gfx908": "738c 7388 738e",
    "gfx90a": "7408 740c 740f 7410",
    "gfx90c": "1636 1638 164c 15e7",
    "gfx942": "74a0 74a1 74a2 74a5 74a9 74b5 74b6 74b9 74bd",
    "gfx950": "75a0 75a3 75a8",
    "gfx1010": "7310 7312 7318 7319 731a 731b 731e 731f",
    "gfx1011": "7360 7362",
    "gfx1012": "7340 7341 7347 734f",
    "gfx1030": "73a1 73a2 73a3 73a5 73ab 73ae 73af 73bf",
    "gfx1031": "73c0 73c1 73c3 73ce 73df",
    "gfx1032": "73e0 73e1 73e3 73ef 73ff",
    "gfx1033": "163f 1435",
    "gfx1034": "7421 7422 7423 7424 743f",
    "gfx1035": "1681 164d",
    "gfx1036": "164e 13c0",
    "gfx1037": "1506",
    "gfx1100": "7448 7449 744a 744b 744c 745e",
    "gfx1101": "7460 7461 7470 747e",
    "gfx1102": "73f0 7480 7481 7483 7487 7489 748b 7499 749f",
    "gfx1103": "15bf 15c8 1900 1901",
    "gfx1150": "150e",
    "gfx1151": "1586",
    "gfx1152": "1114",
    "gfx1200": "7590",
    "gfx1201": "7550 7551",
}
BY_DEVICE = {device: gfx for gfx, devices in TARGETS.items() for device in devices.split()}
APU_TARGETS = frozenset(
    [
        "gfx801",
        "gfx810",
        "gfx902",
        "gfx909",
        "gfx90c",
        "gfx1013",
        "gfx1033",
        "gfx1035",
        "gfx1036",
        "gfx1037",
        "gfx1103",
        "gfx1150",
        "gfx1151",
        "gfx1152",
        "gfx1153",
    ]
)
#: AMD numbers the graphics of its processors and chipsets in these blocks, and cards outside them.
IN_PROCESSORS = re.compile(r"1...|9[6-9]..|74a0")
NAMES = re.compile(
    r"radeon(\(tm\))? (graphics|r[2-7] graphics|vega \d+ (mobile )?graphics|vega \d+ graphics"
    r"|\d{3}m\b|80[4-6]0s\b)|custom gpu 0405|\bapu\b"
    r"|\b(raven ?\d?|picasso|renoir|lucienne|cezanne|barcelo|rembrandt|raphael|phoenix\d?|hawkpoint\d?"
    r"|hawk point|strix|krackan\d?|granite ridge|mendocino|van ?gogh|kaveri|carrizo|stoney|mullins"
    r"|kabini|wani|sephiroth)\b",
    re.IGNORECASE,
)


def target(pci_id: str | None) -> str | None:
    return BY_DEVICE.get(pci_id[5:]) if pci_id and pci_id.startswith("1002:") else None


def integrated(pci_id: str | None, gfx: str | None, name: str | None) -> bool | None:
    """Whether the chip is part of a processor; None where nothing is known of it."""
    gfx = target(pci_id) or gfx
    if gfx in APU_TARGETS or NAMES.search(name or ""):
        return True
    if pci_id:
        return bool(IN_PROCESSORS.fullmatch(pci_id[5:]))
    return False if gfx or name else None


HEX_DIGIT = 0xF


def gfx_of_number(version: int) -> str | None:
    """KFD's `gfx_target_version` MMmmss → `gfxMms`; the last two are hexadecimal digits."""
    major, minor, step = version // 10000, version // 100 % 100, version % 100
    return f"gfx{major}{minor:x}{step:x}" if major and max(minor, step) <= HEX_DIGIT else None


def gfx_of_text(text: str | None) -> str | None:
    """`amdgcn-amd-amdhsa--gfx942:sramecc+` → `gfx942`; generic targets are none."""
    found = re.search(r"\bgfx[0-9]{2,3}[0-9a-f]\b(?!-generic)", text or "")
    return found[0] if found else None
