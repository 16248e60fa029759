"""The machine in plain words, and what each part of it means for a model: the first screen of `init`."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

from ..match import room_for_a_model
from ..model.facts import Facts
from ..model.sizes import mib_words
from ..probes.cpu import Cpu
from ..probes.disk import Disk
from ..probes.gpus import Gpu, Gpus
from ..probes.host import Host
from ..probes.memory import Memory
from . import report

NO_GPU = "none was found; the processor computes, which suits small models best"
#: of a card with memory of its own, of one inside the processor, and where nobody knows
MEANS = {
    "dedicated": "{} of its own memory; a model that fits into it is fastest there",
    "unified": "part of the processor; it may use {} of main memory for a model",
    "shared": "part of the processor; it may use {} of main memory for a model",
    None: "{} of memory for a model",
}


#: what makers write into a name and people leave out
ORNAMENTS = re.compile(
    r"\((?:R|TM)\)|\b(?:CPU|Processor)\b|\d+-Core\b|@ ?[\d.]+ ?GHz|w/ .*| with .* Graphics|"
    r"Advanced Micro Devices, Inc\.|Corporation|\[AMD/ATI\]",
    re.IGNORECASE,
)
#: a list of devices has the chip first, and in brackets what the card is sold as
SOLD_AS = re.compile(r".*\[([^\]]+)\]")
MAKERS = {"nvidia": "NVIDIA", "amd": "AMD", "intel": "Intel"}
#: MiB from which tenths of a gigabyte no longer matter
MUCH_MIB = 10 * 1024


def lines(facts: Facts) -> list[str]:
    """The computer, its memory, what computes beside the processor, and the disk."""
    graphics = _graphics(facts.get(Gpus) or Gpus())
    rows = [
        ("Computer", _computer(facts.get(Cpu) or Cpu(), facts.get(Host) or Host())),
        ("Memory", _memory(facts)),
        *zip(("Graphics", *[""] * len(graphics)), graphics, strict=False),
        ("Disk", _disk(facts.get(Disk) or Disk())),
    ]
    return [f"{name:<10} {words}" for name, words in rows]


def _plain(name: str) -> str:
    """`Intel(R) Core(TM) i5-7500 CPU @ 3.40GHz` as people call it."""
    return " ".join(ORNAMENTS.sub(" ", name).split())


def _computer(cpu: Cpu, host: Host) -> str:
    processor = report.processor(replace(cpu, model=_plain(cpu.model or "") or None))
    named = host.distro and replace(host, distro=host.distro[:1].upper() + host.distro[1:])
    return f"{processor}, with {report.system(named or host)}"


def _memory(facts: Facts) -> str:
    memory = facts.get(Memory) or Memory()
    total = memory.limit_mib or memory.total_mib
    if total is None:
        return "how much there is is not known"
    room = room_for_a_model(facts)
    means = f"; a model may take {mib_words(room)} of it" if room and room > 0 else ""
    if memory.limit_mib:
        return f"{mib_words(total)} that this container or service may use{means}"
    free = f", {mib_words(memory.available_mib)} free now" if memory.available_mib else ""
    return f"{mib_words(total)}{free}{means}"


def _graphics(gpus: Gpus) -> list[str]:
    """A line for each kind of card, then why others are not known."""
    kinds = Counter(_gpu(one) for one in gpus.gpus)
    cards = [words if count == 1 else f"{count} times {words}" for words, count in kinds.items()]
    doubts = report.doubts(gpus)
    if not doubts:
        return cards or [NO_GPU]
    unknown = "" if cards else "not known: "
    return [*cards, f"{unknown}{'; '.join(doubts)} ({report.SEE_DOCTOR})"]


def _gpu(gpu: Gpu) -> str:
    name = _sold_as(gpu)
    if gpu.usable is False:
        return f"{name}; it cannot be used now: {gpu.why_not or 'no reason given'}"
    if gpu.memory_mib is None:
        return f"{name}; how much memory it has is not known"
    return f"{name}, {MEANS.get(gpu.memory_kind, MEANS[None]).format(mib_words(gpu.memory_mib))}"


def _sold_as(gpu: Gpu) -> str:
    maker = MAKERS.get(gpu.vendor, "")
    plain = _plain(gpu.name or "GPU")
    found = SOLD_AS.match(plain)
    name = found[1] if found else plain
    return name if name.casefold().startswith(maker.casefold()) else f"{maker} {name}"


def _disk(disk: Disk) -> str:
    if disk.free_mib is None:
        return "how much is free is not known"
    size = mib_words(disk.free_mib, 0 if disk.free_mib >= MUCH_MIB else 1)
    free = f"{size} free where models are kept"
    if disk.read_only:
        return f"{free}, but nothing can be written there"
    return f"{free}, on another machine" if disk.network_mount else free
