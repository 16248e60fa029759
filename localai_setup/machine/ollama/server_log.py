"""The log of `ollama serve`: what it alone tells (GPUs, the engine's command line).

A log in, values out. The buffer lines of the engine are read by `buffers.py`.
"""

from __future__ import annotations

import itertools
import re
import shlex
from dataclasses import dataclass

_COMPUTE = re.compile(r'msg="inference compute" (?P<fields>.*)')
_START = re.compile(r'msg="starting llama-server" cmd="(?P<line>(?:[^"\\]|\\.)*)"')
_OFFLOADED = re.compile(r"offloaded (?P<done>\d+)/(?P<all>\d+) layers to GPU")
_CACHE = re.compile(r"prompt cache is enabled, size limit: (?P<mib>\d+) MiB")
_ENDED = re.compile(r"stop processing: n_tokens = (\d+)")
_FIELD = re.compile(r'(\w+)=("(?:[^"\\]|\\.)*"|\S*)')


@dataclass(frozen=True)
class Compute:
    """One device that the server found. `library` is cpu, CUDA, ROCm, Vulkan or Metal."""

    library: str
    name: str = ""
    description: str = ""
    total: str = ""

    @property
    def is_gpu(self) -> bool:
        return self.library.lower() != "cpu"


@dataclass(frozen=True)
class EngineStart:
    """The llama-server that was started last, by its command line. `context` is of all slots together."""

    model: str = ""
    context: int = 0
    slots: int = 1
    batch: int = 0
    kv_type: str = "f16"
    flash_attention: str = ""


def devices(log: str) -> tuple[Compute, ...]:
    """What the last server start found; a processor where it found no GPU, nothing where it told none."""
    found: list[Compute] = []
    for line in log.splitlines():
        if 'msg="server config"' in line:
            found = []
        match = _COMPUTE.search(line)
        if match:
            fields = {key: value.strip('"') for key, value in _FIELD.findall(match["fields"])}
            names = ("library", "name", "description", "total")
            found.append(Compute(*(fields.get(name, "") for name in names)))
    return tuple(found)


def last_start(log: str) -> EngineStart | None:
    """The engine's last command line; None where it was never started."""
    lines = _START.findall(log)
    return _read(lines[-1]) if lines else None


def _read(line: str) -> EngineStart:
    words = _words(line)
    after = dict(itertools.pairwise(words))
    return EngineStart(
        after.get("--model", ""),
        _number(after.get("-c")),
        _number(after.get("-np")) or 1,
        _number(after.get("-b")),
        after.get("--cache-type-k", "f16"),
        after.get("--flash-attn", ""),
    )


def _words(line: str) -> list[str]:
    try:
        return shlex.split(line.replace('\\"', '"'), posix=True)
    except ValueError:
        return line.split()


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() else 0


def offloaded(log: str) -> tuple[int, int] | None:
    """Layers on the GPU and all of them, at the last load; None where the log does not tell."""
    found = _OFFLOADED.findall(log)
    return (int(found[-1][0]), int(found[-1][1])) if found else None


def prompt_cache_mib(log: str) -> int | None:
    """The most that the engine keeps of past prompts; None where the log does not tell."""
    found = _CACHE.findall(log)
    return int(found[-1]) if found else None


def context_used(log: str) -> int | None:
    """Tokens that the last answer and what came before it hold, 0 before the first one; None where the
    log does not go back to the start of the engine.
    """
    starts = list(_START.finditer(log))
    found = _ENDED.findall(log, starts[-1].end() if starts else 0)
    return int(found[-1]) if found else 0 if starts else None
