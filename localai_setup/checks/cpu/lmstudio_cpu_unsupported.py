from __future__ import annotations

from ...model.finding import Evidence, Symptom
from ...probes.cpu import Cpu
from ...probes.logs import Logs


def check(cpu: Cpu, logs: Logs) -> Symptom | None:
    """LM Studio's own logs on a processor without AVX2."""
    if cpu.arch != "x86_64" or not cpu.features or "avx2" in cpu.features:
        return None
    places = [key for key in logs.texts if "lmstudio" in key.lower().replace("-", "")]
    words = [key for key, text in logs.texts.items() if "No LM Runtime found" in text]
    if not places and not words:
        return None
    what = f"{cpu.model or 'This processor'} shows no AVX2, without which LM Studio has no engine."
    return Symptom(what, (Evidence((words or places)[0], "no avx2 among its features"),), 0.98)
