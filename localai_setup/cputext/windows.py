"""Windows: wmic, the registry, systeminfo, dxdiag."""

from __future__ import annotations

import re

from ..model.reading import Readings
from .named import NamedCpu
from .wmi import Record, records

#: where each kind of text is found
KEYS = {
    "processors": ("command:wmic*Win32_Processor*", "command:wmic cpu*",
                   "command:powershell*Win32_Processor*"),
    "computer": ("command:powershell*Get-ComputerInfo*",),
    "registry": ("command:reg export*CentralProcessor*",),
    "system": ("command:systeminfo*",),
    "dxdiag": ("command:dxdiag*",),
}  # fmt: skip


def read(readings: Readings) -> NamedCpu | None:
    texts = {
        name: "\n".join(text for key in keys for _, text in readings.texts(key))
        for name, keys in KEYS.items()
    }
    if not any(texts.values()):
        return None
    chips = records(texts["processors"])
    return NamedCpu(
        _model(texts, chips),
        _arch(texts, chips),
        None,
        _sum(chips, "NumberOfLogicalProcessors")
        or len(re.findall(r"(?m)^\[HKEY[^\]]*\\CentralProcessor\\\d+\]", texts["registry"]))
        or _count(r"\((\d+) CPUs\)", texts["dxdiag"])
        or _count(r"(?m)^CsNumberOfLogicalProcessors\s*: (\d+)\s*$", texts["computer"]),
        _sum(chips, "NumberOfCores"),
    )


def _model(texts: dict[str, str], chips: list[Record]) -> str | None:
    named = next((one["Name"] for one in chips if one.get("Name")), None)
    if named:
        return " ".join(named.split())
    for text, pattern in (
        (texts["registry"], r"\"ProcessorNameString\"=\"(.+?)\s*\""),
        (texts["dxdiag"], r"(?m)^\s*Processor: (.+?)(?:\s+\(\d+ CPUs\).*|, ~.*)?$"),
        (texts["computer"], r"(?m)^CsProcessors\s*: \{(.+?)(?:, .*)?\}"),
    ):
        found = re.search(pattern, text)
        if found:
            return " ".join(found[1].split())
    return None


def _arch(texts: dict[str, str], chips: list[Record]) -> str | None:
    joined = texts["system"] + texts["registry"] + texts["computer"]
    if re.search(r"\bARM64\b|\bARMv8\b", joined, re.IGNORECASE):
        return "aarch64"
    if re.search(r"\bx64\b|AMD64|EM64T|Intel64", joined):
        return "x86_64"
    maker = re.search(r"(?m)^\s*Processor: .*\b(?:Intel|AMD)\b", texts["dxdiag"])
    if maker and re.search(r"Operating System: .*64-bit", texts["dxdiag"]):
        return "x86_64"
    kinds = {"9": "x86_64", "12": "aarch64"}
    return next((kinds[k] for one in chips if (k := one.get("Architecture", "")) in kinds), None)


def _sum(chips: list[Record], name: str) -> int | None:
    """Of all sockets; None where one of them does not tell."""
    counts = [one.get(name, "") for one in chips]
    return sum(map(int, counts)) or None if all(map(str.isdecimal, counts)) else None


def _count(pattern: str, text: str) -> int | None:
    found = re.search(pattern, text)
    return int(found[1]) if found else None
