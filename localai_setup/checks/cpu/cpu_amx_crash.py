from __future__ import annotations

import re

from ...model.finding import Evidence, Symptom
from ...probes.cpu import Cpu
from ...probes.logs import Logs

CRASH = (
    r"segmentation fault|SIGSEGV|segfault|core dumped|general protection|illegal instruction|SIGILL"
    r"|trap invalid opcode|signal: (?:aborted|bus error)|exit (?:code|status):? ?(?:132|139)"
)


def check(cpu: Cpu, logs: Logs) -> Symptom | None:
    """A crash in the part for the processor, on a processor that lists AMX."""
    if "amx_tile" not in (cpu.features or ()):
        return None
    crash = re.compile(
        rf"[^\n]*(?:{CRASH})[^\n]*(?:libggml-cpu|ollama_llama_server)[^\n]*", re.IGNORECASE
    )
    for source, text in logs.texts.items():
        found = crash.search(text)
        if found:
            what = f"The engine died in its part for the processor, and this {cpu.model or 'processor'} lists AMX."
            return Symptom(what, (Evidence(source, found[0].strip()[:300]),), 0.93)
    return None
