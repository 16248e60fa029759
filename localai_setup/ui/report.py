"""What this machine is, in words."""

from __future__ import annotations

from collections.abc import Sequence

from ..model.facts import Facts
from ..model.shown import Part
from ..model.sizes import mib_words
from ..probes.cpu import Cpu
from ..probes.gpus import Gpu, Gpus
from ..probes.host import Host
from ..probes.memory import Memory
from . import console, enginetext

#: what people call a system whose programs call it otherwise
SYSTEMS = {"Darwin": "macOS"}
SEE_DOCTOR = "`localai doctor` says what is wrong"
#: what stays unknown of a whole card, not of one of its fields
VENDOR_FACTS = frozenset(f"gpus.{vendor}" for vendor in ("nvidia", "amd", "intel")) | {"gpus"}


def card(facts: Facts) -> list[str]:
    """The machine in a few lines."""
    memory, gpus = facts.get(Memory) or Memory(), facts.get(Gpus) or Gpus()
    lines = [
        f"System     {system(facts.get(Host) or Host())}",
        f"Processor  {processor(facts.get(Cpu) or Cpu())}",
        f"Memory     {_size(memory.total_mib)}, {_size(memory.available_mib)} free{_limit(memory)}",
    ]
    lines += [f"GPU        {_gpu(gpu)}" for gpu in gpus.gpus]
    if not gpus.gpus:
        lines.append("GPU        none was found" if not gpus.unknown else "GPU        not known")
    lines += [f"           {words}" for words in _doubts(gpus)]
    return lines


def system(host: Host) -> str:
    """`debian 12 (WSL, in docker)`."""
    named = host.distro or SYSTEMS.get(host.system or "", host.system)
    words = " ".join(filter(None, (named, host.version)))
    extra = ", ".join(
        words
        for words, holds in (("WSL", host.wsl), (f"in {host.container}", host.container))
        if holds
    )
    return f"{words or 'not known'}{f' ({extra})' if extra else ''}"


def processor(cpu: Cpu) -> str:
    """`Apple M2, 8 cores (4 of them fast)`."""
    return f"{cpu.model or cpu.arch or 'not known'}, {_cores(cpu)}"


def _doubts(gpus: Gpus) -> list[str]:
    """What keeps a card from being used or known, and the command that tells more."""
    found = doubts(gpus)
    broken = any(gpu.usable is False for gpu in gpus.gpus)
    return [*found, *([SEE_DOCTOR] if broken or found else [])]


def doubts(gpus: Gpus) -> list[str]:
    """Why cards are not known, as far as none of them says so itself."""
    reasons = dict.fromkeys(one.reason for one in gpus.unknown if one.fact in VENDOR_FACTS)
    own = {gpu.why_not for gpu in gpus.gpus}
    return [one for one in reasons if one not in own]


def _cores(cpu: Cpu) -> str:
    count = cpu.physical_cores or cpu.logical_cores
    fast = f" ({cpu.performance_cores} of them fast)" if cpu.performance_cores else ""
    return f"{count} core{'s' if count != 1 else ''}{fast}" if count else "cores not known"


def _size(mib: float | None) -> str:
    return "not known" if mib is None else mib_words(mib)


def _limit(memory: Memory) -> str:
    return f", limited to {_size(memory.limit_mib)}" if memory.limit_mib else ""


def _gpu(gpu: Gpu) -> str:
    name = gpu.name or f"{gpu.vendor} GPU"
    trouble = f"; not usable: {gpu.why_not or 'no reason given'}" if gpu.usable is False else ""
    return f"{name}, {_size(gpu.memory_mib)}{trouble}"


def machine(facts: Facts, parts: Sequence[Part], *, verbose: bool) -> None:
    """The card, the engines, what each part says of itself, and how much is not known."""
    more = (line for part in parts for line in part.lines(facts))
    known = (*card(facts), *enginetext.lines(facts), *more)
    for line in known:
        console.show(line)
    unknown = facts.unknown()
    if unknown and not verbose:
        console.say(f"{len(unknown)} facts are not known: `localai detect --verbose`")
