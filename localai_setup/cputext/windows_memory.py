"""Main memory of Windows: WMI by wmic or PowerShell, systeminfo in any language, dxdiag."""

from __future__ import annotations

import re

from ..model.reading import Readings
from .wmi import Record, records

MODULES = ("command:wmic*Win32_PhysicalMemory*", "command:wmic memorychip*",
           "command:powershell*Win32_PhysicalMemory*")  # fmt: skip
SYSTEM = ("command:wmic OS*", "command:wmic*Win32_OperatingSystem*",
          "command:powershell*Win32_OperatingSystem*")  # fmt: skip
COMPUTER = ("command:wmic computersystem*", "command:wmic*Win32_ComputerSystem*",
            "command:powershell*Win32_ComputerSystem*",
            "command:powershell*Get-ComputerInfo*")  # fmt: skip
INFO, DXDIAG = "command:systeminfo*", "command:dxdiag*"
KEYS = (*MODULES, *SYSTEM, *COMPUTER, INFO, DXDIAG)
MIB = 1024 * 1024
#: `Total Physical Memory: 16,270 MB`: each language has its sign between thousands and its unit
AMOUNT = re.compile(
    r"(?m)^\s*([^:\n]+):\s+(\d{1,3}(?:[.,\s\u00a0\u202f\u2019'\u00ff\ufffd]?\d{3})*)\s*(?:MB|Mo|Mt|\u041c\u0411)\b"
)
LABELS = ("total physical memory", "available physical memory")


def total_mib(readings: Readings) -> float | None:
    """What Windows uses before what is fitted: firmware keeps a part."""
    return (
        _number(readings, SYSTEM, "TotalVisibleMemorySize", 1 / 1024)
        or _number(readings, COMPUTER, "TotalPhysicalMemory", 1 / MIB)
        or _number(readings, COMPUTER, "CsTotalPhysicalMemory", 1 / MIB)
        or _systeminfo(readings, 0)
        or _modules_mib(readings)
        or _dxdiag_mib(readings)
    )


def available_mib(readings: Readings) -> float | None:
    return _number(readings, SYSTEM, "FreePhysicalMemory", 1 / 1024) or _systeminfo(readings, 1)


def _records(readings: Readings, keys: tuple[str, ...]) -> list[Record]:
    return [one for key in keys for _, text in readings.texts(key) for one in records(text)]


def _number(readings: Readings, keys: tuple[str, ...], name: str, factor: float) -> float | None:
    values = (one.get(name, "") for one in _records(readings, keys))
    return next((int(v) * factor for v in values if re.fullmatch(r"[1-9]\d{0,17}", v)), None)


def _modules_mib(readings: Readings) -> float | None:
    """All modules together; the same ones printed by two programs count once."""
    for key in MODULES:
        sizes = [one.get("Capacity", "") for one in _records(readings, (key,))]
        if sizes and all(re.fullmatch(r"[1-9]\d{0,17}", size) for size in sizes):
            return sum(map(int, sizes)) / MIB
    return None


def _dxdiag_mib(readings: Readings) -> float | None:
    texts = (text for _, text in readings.texts(DXDIAG))
    found = (re.search(r"(?m)^\s*Memory: (\d{1,9})MB RAM", text) for text in texts)
    return next((float(one[1]) for one in found if one), None)


def _systeminfo(readings: Readings, which: int) -> float | None:
    """Total and available are the first two amounts, whatever the language calls them.

    Of a text that was filtered only the labels that are known tell which is which.
    """
    text = "\n".join(text for _, text in readings.texts(INFO))
    amounts = AMOUNT.findall(text)
    named = [number for label, number in amounts if label.strip().lower() == LABELS[which]]
    english = any("physical memory" in label.lower() for label, _ in amounts)
    if not named and (english or len(amounts) < len(LABELS)):
        return None
    return float(re.sub(r"\D", "", named[0] if named else amounts[which][1]))
