from __future__ import annotations

import re

from ...model.finding import Cleared, Evidence, Signatures, Symptom
from ...probes.cpu import Cpu
from ...probes.logs import Logs
from ...probes.setup import SetUpState
from .. import _foreign

CRASH = re.compile(
    r"segmentation fault|SIGSEGV|segfault|core dumped|general protection|illegal instruction|SIGILL"
    r"|trap invalid opcode|signal: (?:aborted|bus error)|exit (?:code|status):? ?(?:132|139)",
    re.IGNORECASE,
)
ENGINE = re.compile(r"libggml-cpu|ollama_llama_server", re.IGNORECASE)


def check(cpu: Cpu, logs: Logs, setup: SetUpState, signs: Signatures) -> Symptom | Cleared | None:
    """A crash in the part for the processor, on a processor that lists AMX."""
    if _foreign.alone(logs, setup, signs):
        return Cleared("the programs that died so are none of this set-up")
    if "amx_tile" not in (cpu.features or ()):
        return None
    for source, text in logs.texts.items():
        line = _crash(text)
        if line:
            what = f"The engine died in its part for the processor, and this {cpu.model or 'processor'} lists AMX."
            return Symptom(what, (Evidence(source, line.strip()[:300]),), 0.93)
    return None


def _crash(text: str) -> str:
    """The first line that tells of a crash and then names the engine, or nothing.

    The engine is looked for first, which few lines name: kernel logs are long.
    """
    for engine in ENGINE.finditer(text):
        start = text.rfind("\n", 0, engine.start()) + 1
        if CRASH.search(text, start, engine.start()):
            return text[start:].partition("\n")[0]
    return ""
