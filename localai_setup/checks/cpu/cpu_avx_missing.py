from __future__ import annotations

from ...model.finding import Evidence, Symptom
from ...probes.cpu import Cpu


def check(cpu: Cpu) -> Symptom | None:
    if cpu.arch != "x86_64" or not cpu.features or "avx" in cpu.features:
        return None
    what = f"{cpu.model or 'This processor'} shows no AVX; some programs refuse to start on it."
    shown = Evidence("/proc/cpuinfo", "no avx among its features")
    # engines that adapt themselves run here, slowly: nothing is broken yet
    return Symptom(what, (shown,), 0.7, "info")
