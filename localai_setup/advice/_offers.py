"""What would be set up for the task here, and on machines that are on sale: the match says it, no table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import islice

from ..match import Wish, match
from ..model.advice import Case, Fit, Offers, Work
from ..model.facts import Facts
from ..model.plan import Choice, RefusedModel
from ..model.recipe import Recipes
from ..model.triage import MachineForSale, Task, TriageFacts
from ..probes.cpu import Cpu
from ..probes.gpus import Gpu, Gpus
from ..probes.host import Host
from ..probes.memory import Memory

HERE = "this computer"
#: Computing time for a day's requests that leaves room for anything else.
MOST_HOURS = 20.0
#: Seconds that the last of several people waits; one answer is written at a time.
PATIENCE = 120.0
MOST_FOR_SALE = 2
MIB_PER_GB = 1024
#: macOS gives a GPU about three quarters of the memory that it shares
APPLE_SHARE = 0.75
#: a driver that every build of the engine takes
DRIVER = "580.65.06"


@dataclass(frozen=True)
class _Ask:
    """The task and its work, which every machine is asked about."""

    case: Case
    task: Task
    made: Work


def offers(facts: Facts, recipes: Recipes, triage: TriageFacts, case: Case, made: Work) -> Offers:
    """The best fit here and, where that is none or too slow, the first machines that would do."""
    task = next(one for one in triage.tasks if one.id == case.task)
    ask = _Ask(case, task, made)
    able = _able(recipes, task)
    wish = _wish(recipes, ask)
    found = match(facts, recipes, wish)
    is_able = found.choice is not None and task.use in able.uses_of(able.models[found.choice.model])
    if not is_able:
        found = match(facts, able, wish)
    here = _fit(HERE, found.choice, facts, ask) if found.choice else None
    why_not = "" if here else _why_not(found.refused)
    own = here is not None and is_able
    if here and is_enough(here, case, task):
        return Offers(here, is_own_choice=own)
    for_sale = tuple(islice(_sold(able, triage, ask), MOST_FOR_SALE))
    return Offers(here, why_not, for_sale, is_own_choice=own)


def is_enough(fit: Fit, case: Case, task: Task) -> bool:
    """Whether a day's work is done in a day, and nobody waits too long."""
    return fit.hours_per_day <= MOST_HOURS and waiting(fit, case, task) <= PATIENCE


def waiting(fit: Fit, case: Case, task: Task) -> float:
    """Seconds that the last of those who ask at once waits; nobody waits for work in the background."""
    return case.users * fit.seconds_per_answer if task.waits or case.users > 1 else 0.0


def _able(recipes: Recipes, task: Task) -> Recipes:
    """With the use asking for models of the size that the evidence is about."""
    use = recipes.uses[task.use]
    least = max(use.models.min_billions, task.least_billions)
    narrowed = replace(use, models=replace(use.models, min_billions=least))
    return replace(recipes, uses={**recipes.uses, use.id: narrowed})


def _wish(recipes: Recipes, ask: _Ask) -> Wish:
    use, needed = recipes.uses[ask.task.use], ask.made.context
    return Wish(use.id, context=needed if needed > use.context else 0)


def _why_not(refused: tuple[RefusedModel, ...]) -> str:
    if not refused:
        return "no model that is known here is large enough"
    return f"{refused[0].model}, the nearest, {refused[0].reason}"


def _fit(machine: str, choice: Choice, facts: Facts, ask: _Ask) -> Fit:
    speed, made = choice.speed, ask.made
    reads = speed.prompt_tps or speed.generate_tps
    seconds = made.parts * (made.read_tokens / reads + made.written_tokens / speed.generate_tps)
    # where nothing is written, reading is the speed that counts
    times = 1.0 if made.written_tokens else reads / speed.generate_tps
    chip, part, gpus = _computes(choice, facts)
    return Fit(
        machine=machine,
        model=choice.model,
        quantization=choice.weights.quantization,
        engine=choice.engine,
        context=choice.settings.context,
        tokens_per_second=round(times * speed.generate_tps, 1),
        low=round(times * speed.low, 1),
        high=round(times * speed.high, 1),
        seconds_per_answer=round(seconds, 2),
        hours_per_day=round(seconds * ask.case.per_day / 3600, 3),
        memory_mib=round(choice.memory.total_mib, 1),
        download_bytes=choice.download_bytes,
        licence=choice.licence.id,
        chip=chip,
        part=part,
        gpus=gpus,
    )


def _computes(choice: Choice, facts: Facts) -> tuple[str, str, int]:
    """The chip's name, its part as in `PowerClass`, and how many GPUs work."""
    gpus = [one for one in (facts.get(Gpus) or Gpus()).gpus if one.usable is not False]
    if choice.settings.gpu_layers and gpus:
        largest = max(gpus, key=lambda one: one.memory_mib or 0)
        part = "card" if largest.memory_kind == "dedicated" else "shared"
        return largest.name or largest.vendor, part, max(1, len(choice.memory.gpus_mib))
    cpu = facts.get(Cpu) or Cpu()
    is_arm = cpu.arch == "aarch64" and (facts.get(Host) or Host()).system != "Darwin"
    return cpu.model or "", "arm" if is_arm else "processor", 0


def _sold(recipes: Recipes, triage: TriageFacts, ask: _Ask) -> Iterator[Fit]:
    for one in triage.machines:
        facts = _as_facts(one)
        choice = match(facts, recipes, _wish(recipes, ask)).choice
        fit = _fit(one.title, choice, facts, ask) if choice else None
        if fit and is_enough(fit, ask.case, ask.task):
            yield fit


@cache
def _as_facts(one: MachineForSale) -> Facts:
    """What a probe would find on it, with nothing else running."""
    memory = one.memory_gb * MIB_PER_GB
    own = Memory(memory, 0.85 * memory, None, 0)
    if one.vendor == "apple":
        gpu = Gpu("apple", one.gpu, APPLE_SHARE * memory, memory_kind="unified", integrated=True,
                  usable=True, bandwidth_gbs=one.bandwidth)  # fmt: skip
        cpu = Cpu(arch="aarch64", physical_cores=one.cores, features=("asimd", "asimddp"))
        host = Host(system="Darwin", version="15.1")
    else:
        gpu = Gpu("nvidia", one.gpu, one.gpu_gb * MIB_PER_GB, memory_kind="dedicated", driver=DRIVER,
                  compute_capability=one.capability, usable=True, used_mib=0,
                  bandwidth_gbs=one.bandwidth)  # fmt: skip
        cpu = Cpu(arch="x86_64", physical_cores=one.cores, level="x86-64-v3",
                  features=("avx2", "fma", "f16c"))  # fmt: skip
        host = Host(system="Linux", libc="glibc 2.39")
    return Facts({Memory: own, Cpu: cpu, Host: host, Gpus: Gpus((gpu,))})
