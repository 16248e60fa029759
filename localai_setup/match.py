"""facts and recipes → ranked choices with reasons, refusals with theirs. Deterministic."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

from .engines._offers import offers
from .fit.from_facts import shape_from_facts
from .fit.memory import estimate, placement
from .fit.speed import Cores, speed
from .model.facts import Facts
from .model.plan import (
    AnswerTest,
    Choice,
    Licence,
    Match,
    ModelFile,
    PackageFile,
    Refusal,
    ServerSettings,
)
from .model.recipe import ModelRecipe, RecipeFile, Recipes, UseRecipe
from .probes.cpu import Cpu
from .probes.gpus import Gpus
from .probes.memory import Memory

#: What is left for the system and other programs: this much, or a tenth where that is more.
RESERVE_MIB = 1024.0
RESERVE_SHARE = 0.1
ENGINE = "llama.cpp"
#: one year of newer training is worth about as much as one doubling of the size
QUALITY_PER_YEAR = 1.0
RECOMMENDED_BONUS = 0.75
MAX_ALTERNATIVES = 3


@dataclass(frozen=True)
class Wish:
    """What was asked for; an empty field leaves it to the match."""

    use: str = "chat"
    model: str = ""
    context: int = 0


@dataclass(frozen=True)
class Room:
    """What the machine has to give: MiB of main memory, and threads."""

    host_mib: float | None
    threads: int
    idle_gpu: str | None


def match(facts: Facts, recipes: Recipes, wish: Wish) -> Match:
    """The best choice for the wish on this machine, up to three others, and what was refused and why."""
    use = recipes.uses[wish.use]
    room = _room(facts)
    runs = [one.build for one in offers(recipes.engines[ENGINE], facts) if one.reason is None]
    source = next((one for one in runs if one.backend == "cpu"), runs[0] if runs else None)
    named = [recipes.models[wish.model]] if wish.model else list(recipes.models.values())
    models = [m for m in named if wish.model or use.id in m.uses]
    candidates = [_candidate(use, m, f, wish, room) for m in models for f in m.weights]
    candidates = [
        replace(one, source=source, build=source.id if source else "") for one in candidates
    ]
    fitting, refused = _divide(candidates, use, room, strict=not wish.model)
    fitting.sort(key=lambda c: (-_quality(recipes.models[c.model]), c.download_bytes, c.model))
    if not fitting:
        return Match(None, (), tuple(refused))
    return Match(fitting[0], _different(fitting), tuple(refused))


def _room(facts: Facts) -> Room:
    memory, cpu = facts.get(Memory) or Memory(), facts.get(Cpu) or Cpu()
    return Room(_host_room_mib(memory), _threads(cpu), _idle_gpu(facts.get(Gpus) or Gpus()))


def _host_room_mib(memory: Memory) -> float | None:
    known = [mib for mib in (memory.available_mib, memory.total_mib) if mib is not None]
    limits = [mib for mib in (memory.limit_mib,) if mib is not None]
    if not known:
        return None
    total = memory.total_mib or known[0]
    return min(known + limits) - max(RESERVE_MIB, RESERVE_SHARE * min([total, *limits]))


def _threads(cpu: Cpu) -> int:
    """Fast cores only: one slow core holds up all the others at every token."""
    return cpu.performance_cores or cpu.physical_cores or cpu.logical_cores or 1


def _idle_gpu(gpus: Gpus) -> str | None:
    usable = [gpu for gpu in gpus.gpus if gpu.usable is not False and gpu.vendor != "apple"]
    if not usable:
        return None
    name = usable[0].name or f"{usable[0].vendor} GPU"
    return f"{name} stays idle: the engine build on the package index runs on the processor alone."


def _candidate(
    use: UseRecipe, model: ModelRecipe, file: RecipeFile, wish: Wish, room: Room
) -> Choice:
    context = min(wish.context or use.context, model.context_length)
    settings = ServerSettings(context=context, threads=room.threads, embeddings=use.embeddings)
    shape = shape_from_facts(model.architecture, file.bytes, file.quantization)
    place = placement(settings)
    return Choice(
        recipe=use.id,
        model=model.id,
        files=(_pinned(file),),
        settings=settings,
        engine=ENGINE,
        build="cpu",
        memory=replace(estimate(shape, place), prompt_cache_mib=settings.prompt_cache_mib),
        speed=speed(shape, place, Cores(room.threads)),
        licence=_licence(model),
        test=AnswerTest(use.question, use.expect_any),
        why_no_gpu=room.idle_gpu,
    )


def _divide(
    candidates: Iterable[Choice], use: UseRecipe, room: Room, *, strict: bool
) -> tuple[list[Choice], list[Refusal]]:
    """Those that fit, and why the others do not, the nearest first. `strict` also asks for speed."""
    fitting, refused = [], []
    for choice in sorted(candidates, key=lambda c: c.download_bytes):
        reason = _refusal(choice, use, room, strict=strict)
        if reason:
            refused.append(Refusal(choice.model, reason))
        else:
            fitting.append(choice)
    return fitting, refused


def _refusal(choice: Choice, use: UseRecipe, room: Room, *, strict: bool) -> str | None:
    needed = choice.memory.total_mib + choice.memory.process_overhead_mib
    if room.host_mib is None:
        known = "how much memory this machine has is not known"
        return None if use.id == "starter" else f"needs {needed:.0f} MiB, and {known}"
    if needed > room.host_mib:
        return f"needs {needed:.0f} MiB of memory; {max(0, room.host_mib):.0f} MiB can be given"
    if strict and choice.speed.generate_tps < use.min_tps:
        speed = f"{choice.speed.generate_tps:.1f} tokens per second"
        return f"would write about {speed}; {use.min_tps:g} is the least worth having"
    return None


def _quality(model: ModelRecipe) -> float:
    """Size on a log scale (an MoE counts as the mean of total and active), age, and our own trials."""
    shape = model.architecture
    active = shape.active_parameters or shape.total_parameters
    size = math.log2(math.sqrt(shape.total_parameters * active) / 1e9)
    year = int(model.released[:4]) + (int(model.released[5:7] or 1) - 1) / 12
    return size + QUALITY_PER_YEAR * (year - 2024) + RECOMMENDED_BONUS * model.recommended


def _different(fitting: list[Choice]) -> tuple[Choice, ...]:
    """Others that differ in kind: smaller downloads that answer faster, one step at a time."""
    chosen, last = [], fitting[0]
    for choice in fitting[1:]:
        if choice.download_bytes < 0.7 * last.download_bytes:
            chosen.append(choice)
            last = choice
    return tuple(chosen[:MAX_ALTERNATIVES])


def _pinned(file: RecipeFile) -> ModelFile:
    package = file.package
    packages = (
        (
            PackageFile(
                package.name,
                package.version,
                package.wheel_sha256,
                package.wheel_bytes,
                package.member,
            ),
        )
        if package
        else ()
    )
    return ModelFile(
        file.repository,
        file.revision,
        file.file,
        file.bytes,
        file.sha256,
        file.quantization,
        packages,
    )


def _licence(model: ModelRecipe) -> Licence:
    facts = model.licence
    return Licence(facts.id, facts.name, facts.url, facts.obligations, facts.needs_acceptance)
