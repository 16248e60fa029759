"""Windows: wmic, the registry, systeminfo, dxdiag."""

from __future__ import annotations

import re

from ..model.reading import Readings
from .named import NamedCpu


def read(readings: Readings) -> NamedCpu | None:
    texts = {
        name: "\n".join(text for _, text in readings.texts(key)) or readings.text(key) or ""
        for name, key in {
            "wmic": "command:wmic path Win32_Processor*",
            "registry": "command:reg export*CentralProcessor*",
            "system": "command:systeminfo",
            "dxdiag": "command:dxdiag /t",
        }.items()
    }
    if not any(texts.values()):
        return None
    return NamedCpu(
        _model(texts),
        _arch(texts),
        None,
        _sum(texts["wmic"], "NumberOfLogicalProcessors")
        or len(re.findall(r"(?m)^\[HKEY[^\]]*\\CentralProcessor\\\d+\]", texts["registry"]))
        or _dxdiag_count(texts["dxdiag"]),
        _sum(texts["wmic"], "NumberOfCores"),
    )


def _model(texts: dict[str, str]) -> str | None:
    for text, pattern in (
        (texts["wmic"], r"(?m)^Name=(.+?)\s*$"),
        (texts["registry"], r"\"ProcessorNameString\"=\"(.+?)\s*\""),
        (texts["dxdiag"], r"(?m)^\s*Processor: (.+?)(?:\s+\(\d+ CPUs\).*|, ~.*)?$"),
    ):
        found = re.search(pattern, text)
        if found:
            return " ".join(found[1].split())
    return None


def _arch(texts: dict[str, str]) -> str | None:
    joined = texts["system"] + texts["registry"]
    if re.search(r"\bARM64\b|\bARMv8\b", joined, re.IGNORECASE):
        return "aarch64"
    if re.search(r"\bx64\b|AMD64|EM64T|Intel64", joined):
        return "x86_64"
    maker = re.search(r"(?m)^\s*Processor: .*\b(?:Intel|AMD)\b", texts["dxdiag"])
    if maker and re.search(r"Operating System: .*64-bit", texts["dxdiag"]):
        return "x86_64"
    found = re.search(r"(?m)^Architecture=(\d+)", texts["wmic"])
    return {"9": "x86_64", "12": "aarch64"}.get(found[1]) if found else None


def _sum(text: str, name: str) -> int | None:
    counts = [int(count) for count in re.findall(rf"(?m)^{name}=(\d+)\s*$", text)]
    return sum(counts) or None


def _dxdiag_count(text: str) -> int | None:
    found = re.search(r"\((\d+) CPUs\)", text)
    return int(found[1]) if found else None
