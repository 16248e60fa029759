"""The engine's own word on its memory: the buffer lines that llama.cpp prints while it starts.

A log in, sizes out; and beside them what was predicted. Every wording since 2024 is read, from
`llm_load_tensors:      CUDA0 buffer size = 4156.00 MiB` to `load_tensors: CPU_Mapped model buffer
size = 92.10 MiB` behind a time stamp, from `llama-server`, from the wheel and from Ollama.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, fields

from .model.estimate import MemoryParts

_LINE = re.compile(
    r"\b(?P<by>[a-z][\w:~]*): +(?P<device>\S+) +(?:(?P<what>model|KV|RS|output|compute|DSV4 \S+ state) +)?"
    r"buffer size = +(?P<mib>\d+\.\d+) MiB"
    r"|(?P<drafter>loading draft model ')"
)
#: llama.cpp's words → ours; a line of 2024 without a word is about the weights
_KINDS = {"model": "weights", "": "weights", "KV": "kv", "RS": "recurrent"}
#: names of functions that speak of a projector for pictures, or of a file that was only measured
_OTHERS = re.compile(r"clip|mtmd|alloc_compute_meta|warmup")
#: copies of weights in the order that a processor likes, beside the pages of the file
_COPIES = ("CPU_REPACK", "CPU_AARCH64", "AMX")
_HOST = re.compile(r"CPU|AMX|BLAS|Host|\w+_Host")


@dataclass(frozen=True)
class Buffer:
    """One buffer: `kind` is a field of MemoryParts, `device` the engine's name (CPU_Mapped, CUDA0)."""

    kind: str
    device: str
    mib: float

    @property
    def on_host(self) -> bool:
        return _HOST.match(self.device) is not None


@dataclass(frozen=True)
class Difference:
    """MiB that were predicted and that the engine tells, of one kind or of "total"."""

    kind: str
    predicted_mib: float
    actual_mib: float

    @property
    def ratio(self) -> float:
        """Predicted over actual; 1 where both are nothing."""
        return (
            self.predicted_mib / self.actual_mib
            if self.actual_mib
            else float(not self.predicted_mib)
        )


def read(log: str) -> tuple[Buffer, ...]:
    """The buffers of the last model that was loaded, in the log's order; empty where none are told.

    A compute buffer is told again whenever its graph is planned anew: the last word counts. Prediction
    heads have a context of their own, with an output and a compute buffer beside the model's; so has a
    model that drafts, whose weights come on top.
    """
    found: list[Buffer] = []
    planned: list[Buffer] = []
    drafts = False
    for match in _LINE.finditer(log):
        if match["drafter"]:
            drafts = True
            continue
        if _OTHERS.search(match["by"]):
            continue
        buffer = Buffer(_kind(match["what"] or ""), match["device"], float(match["mib"]))
        is_new = buffer.kind == "weights" and any(one.kind != "weights" for one in found)
        if is_new and not drafts:
            found, planned = [], []
        drafts = drafts and buffer.kind == "weights"
        if buffer.kind == "compute":
            contexts = sum(one.kind == "output" for one in found)
            planned = _with_plan(planned, buffer, max(1, contexts))
        else:
            found.append(buffer)
    return (*found, *planned)


def _with_plan(planned: list[Buffer], new: Buffer, contexts: int) -> list[Buffer]:
    """One buffer for each context and device; a further one replaces that of the nearest size."""
    same = [one for one in planned if one.device == new.device]
    if len(same) < contexts:
        return [*planned, new]
    old = min(same, key=lambda one: abs(one.mib - new.mib))
    return [new if one is old else one for one in planned]


def _kind(what: str) -> str:
    return _KINDS.get(what) or ("recurrent" if what.startswith("DSV4") else what)


def parts(buffers: Iterable[Buffer]) -> MemoryParts:
    """MiB by kind. Copies of weights whose file is mapped count once: the kernel drops its pages."""
    mapped = any(one.device.startswith("CPU_Mapped") for one in buffers)
    sums = dict.fromkeys((one.name for one in fields(MemoryParts)), 0.0)
    for one in buffers:
        if not (mapped and one.kind == "weights" and one.device in _COPIES):
            sums[one.kind] += one.mib
    return MemoryParts(**sums)


def compare(predicted: MemoryParts, buffers: Iterable[Buffer]) -> tuple[Difference, ...]:
    """Predicted beside told, kind by kind and last the total; empty where nothing was told."""
    buffers = tuple(buffers)
    if not buffers:
        return ()
    stated = parts(buffers)
    names = [one.name for one in fields(MemoryParts)]
    each = [Difference(name, getattr(predicted, name), getattr(stated, name)) for name in names]
    total = Difference(
        "total", sum(one.predicted_mib for one in each), sum(one.actual_mib for one in each)
    )
    return (*each, total)
