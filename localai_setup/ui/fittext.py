"""What `localai fit` tells a person: how much memory, where, and how fast."""

from __future__ import annotations

from dataclasses import dataclass

from ..fit.shape import Shape
from ..model.estimate import MemoryEstimate, SpeedEstimate
from ..model.settings import ServerSettings
from ..model.sizes import mib_words, range_words
from . import console

#: parts of the memory in words, and what they are for
WORDS = {
    "weights": "the model itself",
    "kv": "the conversation ({tokens} tokens)",
    "recurrent": "the state of its recurrent layers",
    "compute": "working space",
    "output": "the answer's probabilities",
}
NAMES = {"kv": "cache", "recurrent": "state", "compute": "compute"}


@dataclass(frozen=True)
class Answer:
    """Everything that `localai fit` found; `unknown` says why there is no speed."""

    name: str
    shape: Shape
    settings: ServerSettings
    memory: MemoryEstimate
    speed: SpeedEstimate | None
    unknown: str = ""


def show(answer: Answer) -> None:
    """Short and aligned: the sum, what it is made of, where it lies, the speed."""
    first = f"{answer.name} ({answer.shape.arch}, {len(answer.shape.layers)} layers)"
    memory = (*_sum(answer.memory), *_parts(answer.memory, answer.settings))
    for line in (first, *memory, "", *_speed(answer.speed, answer.unknown)):
        console.show(line)


def _row(name: str, amount: str, words: str = "") -> str:
    return f"  {name:10}{amount:>12}   {words}".rstrip()


def _sum(memory: MemoryEstimate) -> list[str]:
    found = [_row("memory", mib_words(memory.total_mib, 2), _trust(memory))]
    if memory.gpu_mib:
        found.append(_row("  GPU", mib_words(memory.gpu_mib, 2)))
        found.append(_row("  main", mib_words(memory.host_mib, 2)))
    overhead = "on top, for the program itself"
    return [*found, _row("program", mib_words(memory.process_overhead_mib, 2), overhead)]


def _trust(memory: MemoryEstimate) -> str:
    if memory.exact:
        return "as llama.cpp allocates it"
    if memory.high_mib > memory.low_mib:
        return f"{mib_words(memory.low_mib, 2)} to {mib_words(memory.high_mib, 2)}: not measured for this architecture"
    return "a bound: worked out from the model's facts, not from its file"


def _parts(memory: MemoryEstimate, settings: ServerSettings) -> list[str]:
    found = ["", "  of that"]
    for name, words in WORDS.items():
        mib = getattr(memory.parts, name)
        if mib:
            shown = words.format(tokens=f"{settings.context:,}")
            found.append(_row(NAMES.get(name, name), mib_words(mib, 2), shown))
    return found


def _speed(speed: SpeedEstimate | None, unknown: str) -> list[str]:
    if speed is None:
        return [f"  The speed is not known: {unknown}."]
    found = [
        _row("writes", range_words(speed.low, speed.high), "tokens per second"),
    ]
    if speed.prompt_tps:
        found.append(_row("reads", f"about {speed.prompt_tps:,.0f}", "tokens per second"))
    return [*found, f"  From the {speed.basis}."]
