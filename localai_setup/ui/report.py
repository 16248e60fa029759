"""Facts and findings in words: the worst first, each with its proof and its way out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ..model.facts import Facts, Unknown
from ..model.finding import Finding
from ..probes.cpu import Cpu
from ..probes.gpus import Gpu, Gpus
from ..probes.host import Host
from ..probes.memory import Memory
from . import console

MARKS = {"fail": "✗ broken", "warn": "! worse than it could be", "info": "· good to know"}
MAX_COULD_NOT = 6


def card(facts: Facts) -> list[str]:
    """The machine in a few lines."""
    host, cpu = facts.get(Host) or Host(), facts.get(Cpu) or Cpu()
    memory, gpus = facts.get(Memory) or Memory(), facts.get(Gpus) or Gpus()
    system = " ".join(filter(None, (host.distro or host.system, host.version)))
    extra = ", ".join(
        words
        for words, holds in (("WSL", host.wsl), (f"in {host.container}", host.container))
        if holds
    )
    lines = [
        f"System     {system or 'not known'}{f' ({extra})' if extra else ''}",
        f"Processor  {cpu.model or cpu.arch or 'not known'}, {_cores(cpu)}",
        f"Memory     {_gib(memory.total_mib)}, {_gib(memory.available_mib)} free{_limit(memory)}",
    ]
    lines += [f"GPU        {_gpu(gpu)}" for gpu in gpus.gpus]
    if not gpus.gpus:
        lines.append("GPU        none was found" if not gpus.unknown else "GPU        not known")
    return lines


def _cores(cpu: Cpu) -> str:
    count = cpu.physical_cores or cpu.logical_cores
    fast = f" ({cpu.performance_cores} of them fast)" if cpu.performance_cores else ""
    return f"{count} core{'s' if count != 1 else ''}{fast}" if count else "cores not known"


def _gib(mib: float | None) -> str:
    return "not known" if mib is None else f"{mib / 1024:.1f} GB"


def _limit(memory: Memory) -> str:
    return f", limited to {_gib(memory.limit_mib)}" if memory.limit_mib else ""


def _gpu(gpu: Gpu) -> str:
    name = gpu.name or f"{gpu.vendor} GPU"
    trouble = f"; not usable: {gpu.why_not or 'no reason given'}" if gpu.usable is False else ""
    return f"{name}, {_gib(gpu.memory_mib)}{trouble}"


def machine(facts: Facts, *, verbose: bool) -> None:
    """The card, and with `verbose` what is not known and why."""
    for line in card(facts):
        console.out().print(console.plain(line), markup=False)
    unknown = facts.unknown()
    if verbose:
        for one in unknown:
            console.out().print(console.plain(_unknown(one)), markup=False)
    elif unknown:
        console.say(f"{len(unknown)} facts are not known: `localai detect --verbose`")


def _unknown(one: Unknown) -> str:
    where = f" ({one.source})" if one.source else ""
    return f"not known: {one.fact}: {one.reason}{where}"


def findings(found: Iterable[Finding]) -> None:
    """Each finding: what, why it matters, the proof, what to do."""
    for number, one in enumerate(found, 1):
        console.out().print(console.plain("\n".join(_finding(number, one))), markup=False)


def _finding(number: int, one: Finding) -> list[str]:
    lines = [
        f"\n{number}. {MARKS[one.status]}: {one.title}  [{one.id}]",
        f"   {one.what}",
        f"   {one.why}",
    ]
    lines += [f"   proof: {e.text}  ({e.source})" for e in one.evidence]
    for fix in one.fixes:
        root = " (needs an administrator)" if fix.needs_root else ""
        lines.append(f"   → {fix.text}{root}")
        if fix.loses:
            lines.append(f"     careful: {fix.loses}")
        lines += [f"       {command}" for command in fix.commands]
        if fix.proof:
            lines.append(f"     it worked when this runs well: {fix.proof}")
    return lines


def summary(passed: Sequence[str], unknown: Mapping[str, str], *, healthy: bool) -> None:
    """The last lines of the doctor: what is well, what could not be looked at."""
    out = console.out()
    if unknown:
        out.print("\nCould not check:", markup=False)
        for name, why in list(unknown.items())[:MAX_COULD_NOT]:
            out.print(console.plain(f"  {name}: {why}"), markup=False)
        if len(unknown) > MAX_COULD_NOT:
            out.print(f"  and {len(unknown) - MAX_COULD_NOT} more (--json lists all)", markup=False)
    words = "All is well" if healthy else "Problems were found, see above"
    out.print(console.plain(f"\n{words}. {len(passed)} checks passed."), markup=False)
