from __future__ import annotations

import re

from ...model.finding import Evidence, Symptom
from ...probes.cpu import Cpu
from ...probes.runtimes import BOOT_LINE, Runtimes

#: kernel options that take the wide registers away (Documentation/admin-guide/kernel-parameters)
WITHHELD = re.compile(r"\b(?:noxsave\w*|clearcpuid=\S*)")
#: names of processors that all have AVX2 (Intel since 2013, AMD since 2017)
WIDE = re.compile(
    r"\bE[357]-\d{4}L? v[3-6]\b|\b(?:Platinum|Gold|Silver|Bronze) \d{4}|\bi[3579]-(?:[4-9]\d{3}|1\d{4})"
    r"|\bEPYC \d|\bRyzen\b|\bCore\(TM\) Ultra|\bThreadripper\b",
)


def check(cpu: Cpu, runtimes: Runtimes) -> Symptom | None:
    if cpu.arch != "x86_64" or not cpu.features or "avx" in cpu.features:
        return None
    option = WITHHELD.search(runtimes.boot_line or "")
    if option:
        what = f"The boot option {option[0]} keeps AVX switched off."
        return Symptom(what, (Evidence(BOOT_LINE.key, option[0]),), 0.95)
    if WIDE.search(cpu.model or ""):
        what = f"{cpu.model} has AVX2, but this system does not show it."
        return Symptom(what, (Evidence("/proc/cpuinfo", "no avx among its features"),), 0.93)
    return None
