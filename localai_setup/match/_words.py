"""Why this one, how the others differ, and what is refused, in a sentence each."""

from __future__ import annotations

from collections import Counter
from typing import Literal

from ..engines import _kernels
from ..fit import drafting
from ..fit.families import FAMILIES, family
from ..model.engine import BuildRecipe
from ..model.facts import Facts
from ..model.files import ModelFile
from ..model.plan import RefusedModel
from ..model.recipe import ModelRecipe, UseRecipe
from ..model.settings import AUTO, COMPANION, FROM_FILE, HEADS, OFF
from ..model.sizes import mib_words, size_words
from ..probes.gpus import Gpus
from . import _quality, _room
from ._candidate import Candidate
from ._placing import SMALL_CACHE
from ._routes import Route, name
from ._score import Scored

#: less is not worth a word
FASTER = 1.2
#: as many large cards make a machine a server for many people
SERVER_CARDS = 4
#: whose cards vLLM and SGLang compute on
SERVED = ("nvidia", "amd")


def reasons(best: Scored, scale: _quality.Scale, facts: Facts, *, wished: bool) -> tuple[str, ...]:
    """Why it was chosen: quality, place, speed, and what was made smaller for it."""
    one = best.candidate
    basis = scale.basis(one.subject.model)
    why = f"Its answers are the best of what runs well here (quality {best.quality:.1f}, {basis})."
    sentences = [
        "It is the model that was asked for." if wished else why,
        _place(one),
        f"It {_does(best)} about {best.tps:.0f} tokens per second ({best.speed.basis}).",
    ]
    if one.settings.gpu_layers:
        sentences += _about_gpus(one.route)
    if one.settings.drafting:
        sentences.append(_drafts(one))
    if one.settings.kv_type_k == SMALL_CACHE:
        sentences.append(
            "Its memory of the conversation is kept at half the size (q8_0), so that it fits."
        )
    if one.route.build.backend == "cpu":
        sentences += _kernels_for(one.route.build, facts)
    return tuple(sentences)


def _kernels_for(build: BuildRecipe, facts: Facts) -> list[str]:
    """Which kernels compute on the processor, and what others would bring."""
    gain = _kernels.gain(facts)
    if not gain or not (build.archives or build.package):
        return []
    if build.archives:
        return [f"The project's own archive is taken: its kernels read prompts {gain}."]
    wheel = (
        "The wheel of the package index is taken, whose kernels are for AVX2 alone; those of the "
        f"project's own archive read prompts {gain}."
    )
    return [wheel, *filter(None, [_kernels.risk(facts)])]


def _drafts(one: Candidate) -> str:
    settings, drafter = one.settings, one.subject.drafter
    who = "Prediction heads in its file" if settings.drafting == HEADS else "Repeats in the text"
    if drafter and settings.drafting in FROM_FILE:
        who = f"{drafter.file.file} ({size_words(drafter.file.bytes)})"
    return (
        f"{who} guess{'es' if settings.drafting in FROM_FILE else ''} up to {settings.draft_tokens} "
        "tokens ahead, which the model checks in one go; `localai bench` tells what that brings."
    )


def nobody_drafts(one: Candidate, asked: str) -> tuple[str, ...]:
    """That and why nobody drafts, where somebody was asked for."""
    if asked in (AUTO, OFF) or one.settings.drafting:
        return ()
    return (f"Nobody guesses ahead, though that was asked for: {_why_nobody(one, asked)}.",)


def _why_nobody(one: Candidate, asked: str) -> str:
    route, drafter = one.route, one.subject.drafter
    if not route.engine.abilities(route.build).drafting:
        return f"{route.engine.NAME} is not told to"
    if asked == COMPANION and drafter is None:
        return "its recipe names no file for it; `--drafting FILE` does"
    kind = drafter.kind if drafter and asked == COMPANION else asked
    cannot = drafting.why_not(one.subject.shape, one.settings, route.build.number, kind)
    return cannot or "with what that takes the model does not fit here"


def _does(one: Scored) -> str:
    return "reads" if one.candidate.settings.embeddings else "writes"


def _about_gpus(route: Route) -> list[str]:
    """What other programs hold of the cards, and why not a better build."""
    held = [gpu for gpu in route.gpus if (gpu.used_mib or 0) > _room.DESKTOP_MIB]
    sentences = [
        f"Other programs hold {mib_words(gpu.used_mib or 0)} of the {mib_words(gpu.memory_mib or 0)} of {name(gpu)}."
        for gpu in held
        if gpu.memory_kind == "dedicated"
    ]
    return [*sentences, *([route.better] if route.better and not route.update else [])]


def notes(one: Candidate) -> tuple[str, ...]:
    """What would make it better and is in the person's hands: a newer driver for the GPU."""
    route = one.route
    if not route.update:
        return ()
    if not route.gpus:
        return (f"{route.update}; updated, it would take part of the work off the processor.",)
    chip, gpu = route.chips[0], route.gpus[0]
    with_cuda = FAMILIES[family(gpu.vendor, "cuda", gpu.name or "", gpu.compute_capability)]
    times = with_cuda.prompt / FAMILIES[chip.family].prompt
    faster = f" It would read prompts about {times:.1f} times as fast." if times >= FASTER else ""
    return (f"{route.update}; until then Vulkan computes.{faster}",)


def programs_to_close(one: Candidate, host: _room.Host) -> tuple[str, ...]:
    """That other programs hold memory which the model will need, where a person had them counted out."""
    if host.reserve.why != "asked" or host.held_mib is None or host.total_mib is None:
        return ()
    needs = one.memory.host_mib + one.memory.process_overhead_mib
    needs += one.memory.gpu_mib if one.route.in_main_memory else 0.0
    if host.held_mib + needs <= host.total_mib:
        return ()
    held = f"other programs hold {mib_words(host.held_mib)} of main memory now"
    return (f"Close some programs before it starts: {held}, and it needs {mib_words(needs)}.",)


def slow(one: Scored, use: UseRecipe) -> tuple[str, ...]:
    """That it is slower than the use asks for, where it is."""
    if one.tps >= use.min_tps:
        return ()
    does = "turn" if use.embeddings else "write"
    least = f"for this use {use.min_tps:g} are the least that is comfortable"
    return (f"It will {does} about {one.tps:.1f} tokens per second here; {least}.",)


def short_context(one: Candidate, use: UseRecipe) -> tuple[str, ...]:
    """That it sees less at once than the use likes, where that is for want of memory."""
    context = one.settings.context
    likes = min(use.context, one.subject.model.context_length)
    if context >= likes:
        return ()
    asks = f"It sees {context} tokens at once here, and {likes} are usual for this use"
    return (f"{asks}: what is longer has to be sent in parts.",)


def many_users(facts: Facts) -> tuple[str, ...]:
    """What a server with several data-centre cards is for: this sets up one model for a few people."""
    gpus = (facts.get(Gpus) or Gpus()).gpus
    large = [one for one in gpus if (one.memory_mib or 0) >= _room.SERVER_MIB]
    alike = Counter(one.vendor for one in large if one.vendor in SERVED and not one.mig)
    cards = max(alike.values(), default=0)
    if cards < SERVER_CARDS:
        return ()
    # tensor parallelism splits attention heads, whose number is a power of two times few
    together = 2 ** (cards.bit_length() - 1)
    serves = f"`vllm serve OWNER/MODEL --tensor-parallel-size {together} --host 127.0.0.1`"
    many = f"{cards} cards of this size serve many people at once, or one far larger model"
    few = "this plan is for a few people at a time"
    opens = "Without `--host`, vLLM answers everybody who can reach this computer."
    return (f"{many}, with vLLM ({serves}) or SGLang; {few}. {opens}",)


def _place(one: Candidate) -> str:
    settings, memory = one.settings, one.memory
    if not settings.gpu_layers:
        return f"It lies in main memory ({mib_words(memory.host_mib)}), and the processor computes."
    where = f"{mib_words(memory.gpu_mib)} on {one.route.names}"
    if settings.cpu_expert_layers:
        return f"{_experts(one)} lie in main memory ({mib_words(memory.host_mib)}), the rest is {where}."
    if one.on_gpu < 1:
        layers = f"{settings.gpu_layers} of its {one.subject.layers} layers"
        return f"{layers} fit: {where}, {mib_words(memory.host_mib)} in main memory."
    return f"All of it fits: {where}."


def _experts(one: Candidate) -> str:
    layers, kept = len(one.subject.shape.layers), one.settings.cpu_expert_layers
    return "Its experts" if kept >= layers else f"The experts of {kept} of its {layers} layers"


def idle(one: Candidate, routes: tuple[Route, ...]) -> str | None:
    """Why a usable GPU is not used, None where every usable one is."""
    if one.settings.gpu_layers or one.route.idle:
        return one.route.idle or None
    others = [route for route in routes if route.gpus]
    if not others:
        return None
    first = max(others, key=lambda route: sum(route.rooms_mib))
    room = max(0.0, sum(first.rooms_mib))
    if one.memory.total_mib <= room:
        return f"{first.names} stays idle: this model would run no better on it."
    lacks = f"{mib_words(room, 2)} of its memory can be given, and this model needs {mib_words(one.memory.total_mib, 2)}"
    return f"{first.names} stays idle: {lacks}; with a part of it there it would run no better."


def too_large(one: Candidate, host: _room.Host, routes: tuple[Route, ...]) -> RefusedModel:
    """Why the nearest placement of a model does not fit; names a GPU that could not help."""
    on_host = not one.route.gpus or one.gpus_hold
    kind: Literal["memory-unknown", "too-large"] = (
        "memory-unknown" if host.mib is None and on_host else "too-large"
    )
    return RefusedModel(one.subject.model.id, kind, *_need_and_room(one, host, routes))


def _need_and_room(one: Candidate, host: _room.Host, routes: tuple[Route, ...]) -> tuple[str, str]:
    memory = one.memory
    needed = memory.total_mib + memory.process_overhead_mib + memory.prompt_cache_mib
    if one.route.gpus and one.gpus_hold and not one.route.in_main_memory:
        needed = memory.host_mib + memory.process_overhead_mib + memory.prompt_cache_mib
        return f"needs {mib_words(needed, 2)} of main memory beside {one.route.names}", host.words()
    if one.route.gpus:
        room = max(0.0, sum(one.route.rooms_mib))
        have = "have" if len(one.route.gpus) > 1 else "has"
        rooms = f"{one.route.names} {have} room for {mib_words(room, 2)}"
        return f"needs {mib_words(needed, 2)} of memory", f"{rooms}, {host.words_with_gpu()}"
    stays = f". {one.route.idle}" if one.route.idle and len(routes) == 1 else ""
    return f"needs {mib_words(needed, 2)} of memory", f"{host.words()}{stays}".rstrip(".")


def of_another_kind(model: ModelRecipe, use: UseRecipe, projector: ModelFile | None) -> str:
    """Why a model cannot serve a use whatever the machine, empty where it may."""
    if use.pictures and projector is None:
        return (
            "cannot be given pictures: no verified projector file (mmproj) of it is known, and none "
            "lies beside it"
        )
    ranks, embeds = "reranking" in model.abilities, "embeddings" in model.abilities
    if use.reranks:
        return "" if ranks else "was not made to put texts in order"
    if ranks:
        return "puts texts in order and does not answer"
    if use.embeddings:
        return "" if embeds else "was not made to turn texts into vectors"
    return "turns texts into vectors and does not answer" if embeds else ""


def too_slow(tps: float, use: UseRecipe) -> tuple[str, str]:
    """Why a model that fits is not offered: its speed, and the least."""
    does = "read" if use.reranks else "turn" if use.embeddings else "write"
    into = " into vectors" if does == "turn" else ""
    least = f"this use needs at least {use.min_tps:g}"
    return f"would {does} about {tps:.1f} tokens per second{into}", least
