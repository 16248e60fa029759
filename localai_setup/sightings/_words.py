"""Small readers that every format shares: numbers with units, PCI addresses and ids."""

from __future__ import annotations

import re

from ._sighting import Vendor

VENDORS: dict[str, Vendor] = {"10de": "nvidia", "1002": "amd", "8086": "intel", "106b": "apple"}
VENDORS |= {"5143": "qualcomm", "4d4f4351": "qualcomm"}
#: Bytes in a MiB for each unit that a tool may print.
UNIT_MIB = {"B": 1 / 1024**2, "K": 1 / 1024, "M": 1.0, "G": 1024.0, "T": 1024.0**2}
NOTHING = re.compile(
    r"\W*(n/?a|not supported|not found|none|err!|redacted|unknown error|unknown|deprecated.*"
    r"|requested functionality has been deprecated|insufficient permissions|gpu requires reset"
    r"|gpu is lost|not available|unavailable)?\W*",
    re.IGNORECASE,
)
VIRTUAL = re.compile(
    r"llvmpipe|lavapipe|softpipe|swrast|basic render|basic display|remote display|hyper-v|qxl|vmware"
    r"|virtio|virtualbox|cirrus|bochs|mirror|parsec|citrix|spacedesk|displaylink|indirect display"
    r"|virtual display|red hat|standard vga|remotefx|dameware|idd|virtual monitor|paravirtual",
    re.IGNORECASE,
)


def value(text: str | None) -> str | None:
    """The text without blanks, or None where it is one of the ways to say nothing."""
    plain = (text or "").strip()
    return None if NOTHING.fullmatch(plain) else plain


def mib(text: str | None) -> float | None:
    """`8192 MiB`, `16 GB`, `4 Go`, `8.192 MB`, `12288` → MiB; a bare number is MiB already."""
    shape = r"\s*(\d+(?:[.,]\d+)?)\s*(?:([KMGT]?)(?:i?B|o))?\s*"
    found = re.fullmatch(shape, text or "", re.IGNORECASE)
    if not found:
        return None
    unit = (found[2] or ("B" if found[2] == "" else "M")).upper()
    # nobody prints thousandths of a megabyte: that separator is one of thousands
    grouped = unit == "M" and re.fullmatch(r"\d{1,3}[.,]\d{3}", found[1])
    amount = float(re.sub(r"[.,]", "" if grouped else ".", found[1]))
    return amount * UNIT_MIB[unit] or None


def byte_mib(text: str | None) -> float | None:
    """A count of bytes → MiB; None where it is no number or zero."""
    plain = (text or "").strip()
    return int(plain) / 1024**2 if re.fullmatch(r"[1-9]\d{0,17}", plain) else None


def hexadecimal(text: str | None) -> int | None:
    found = re.fullmatch(r"\s*(?:0x)?([0-9a-f]{1,8})\s*", text or "", re.IGNORECASE)
    return int(found[1], 16) if found else None


MAX_ID = 0xFFFF


def pci_id(vendor: int | None, device: int | None) -> str | None:
    """Two numbers → `vvvv:dddd`; None where one is missing or no number of a device."""
    if not vendor or not device or max(vendor, device) > MAX_ID:
        return None
    return f"{vendor:04x}:{device:04x}"


def vendor_of(identity: str | None) -> Vendor | None:
    """Vendor of `vvvv:dddd`."""
    return VENDORS.get((identity or "")[:4])


def bus(text: str | None) -> str | None:
    """Any spelling of a PCI address → `dddd:bb:dd.f`."""
    pattern = r"(?:([0-9a-f]{4,8}):)?([0-9a-f]{2}):([0-9a-f]{2})\.([0-7])"
    found = re.search(rf"(?<![0-9a-f:]){pattern}(?![0-9a-f])", text or "", re.IGNORECASE)
    if not found:
        return None
    domain = int(found[1] or "0", 16)
    return f"{domain:04x}:{found[2]}:{found[3]}.{found[4]}".lower()


def bus_of_number(number: int, domain: int = 0) -> str:
    """The kernel's packed bus, device and function → `dddd:bb:dd.f`."""
    return f"{domain:04x}:{number >> 8 & 0xFF:02x}:{number >> 3 & 0x1F:02x}.{number & 7}"


def vendor_in(name: str | None) -> Vendor | None:
    """Vendor that a product name tells of."""
    words: dict[Vendor, str] = {
        "nvidia": r"nvidia|geforce|quadro|\btesla\b|\brtx\b|\bgtx\b",
        "amd": r"\bamd\b|\bati\b|radeon|instinct|firepro|advanced micro devices",
        "intel": r"\bintel\b|\biris\b|\buhd graphics\b",
        "apple": r"^apple\b",
        "qualcomm": r"adreno|qualcomm",
    }
    for vendor, pattern in words.items():
        if re.search(pattern, name or "", re.IGNORECASE):
            return vendor
    return None
