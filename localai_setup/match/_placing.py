"""Where a model can lie: all on the GPUs, its experts or some layers beside them, or in main memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from ..fit import drafting
from ..fit.shape import ENCODERS
from ..model.settings import OFF, ServerSettings
from . import _room
from ._candidate import Candidate, Subject, candidate
from ._routes import Route

#: A cache of half the size, for a hundredth of the quality. The server needs flash attention for it.
SMALL_CACHE = "q8_0"
#: No use is worth having with fewer tokens than this.
LEAST_CONTEXT = 4096
#: In main memory, which serves other programs too, the context grows as long as this share of what a
#: model may fill stays free.
FREE_SHARE = 0.4
#: A card that holds fewer of the layers than this is not worth the way over the bus.
LEAST_SHARE_ON_GPU = 0.2


@dataclass(frozen=True)
class Bench:
    """What all placements on this machine share."""

    host: _room.Host
    threads: int | None
    context: int
    context_most: int
    fixed_context: bool
    embeddings: bool
    drafting: str
    reranks: bool = False


def places(subject: Subject, route: Route, bench: Bench) -> Iterator[Candidate]:
    """Every way worth scoring; where none fits, the one that lacks least."""
    if not route.gpus:
        yield from _shrinking(subject, route, bench, _settings(subject, route, bench))
        return
    complete = list(
        _shrinking(subject, route, bench, _settings(subject, route, bench, subject.layers))
    )
    yield from complete
    if complete[0].fits:
        yield from _growing(complete[0], bench)
    elif not route.in_main_memory:
        yield from _partly_on_gpu(subject, route, bench)


def _settings(subject: Subject, route: Route, bench: Bench, gpu_layers: int = 0) -> ServerSettings:
    """An encoder refuses a text that is longer than one batch, so that is as long as the context."""
    context = min(bench.context, subject.model.context_length)
    places = route.engine.abilities(route.build).places_layers
    complete = bench.embeddings and subject.model.architecture.name in ENCODERS
    return ServerSettings(
        context=context,
        ubatch=context if complete else ServerSettings.ubatch,
        threads=bench.threads,
        embeddings=bench.embeddings,
        reranks=bench.reranks,
        gpu_layers=gpu_layers,
        gpu_split=route.split if gpu_layers and places else (),
        only_gpu=route.only_gpu if gpu_layers else None,
    )


def _shrinking(
    subject: Subject, route: Route, bench: Bench, settings: ServerSettings
) -> Iterator[Candidate]:
    """As asked for; where that does not fit, without drafting, with a smaller cache, then with half
    the context.
    """
    able = route.engine.abilities(route.build)
    asked = bench.drafting if able.drafting else OFF
    drafted = drafting.chosen(subject.shape, settings, route.build.number, asked, subject.drafter)
    if drafted != settings:
        first = candidate(subject, route, bench.host, drafted)
        yield first
        if first.fits:
            return
    first = candidate(subject, route, bench.host, settings)
    yield first
    if first.fits or bench.embeddings or SMALL_CACHE not in able.cache_types:
        return
    small = replace(settings, kv_type_k=SMALL_CACHE, kv_type_v=SMALL_CACHE)
    second = candidate(subject, route, bench.host, small)
    yield second
    if not second.fits and not bench.fixed_context and settings.context >= 2 * LEAST_CONTEXT:
        half = replace(small, context=settings.context // 2)
        yield candidate(subject, route, bench.host, half)


def _growing(first: Candidate, bench: Bench) -> Iterator[Candidate]:
    """Larger contexts that fit, by doubling, on a card of its own memory: it serves nobody else."""
    if not first.route.in_main_memory:
        yield from takewhile(lambda one: one.fits, _doubled(first, bench))


def with_spare_context(chosen: Candidate, bench: Bench) -> Candidate:
    """With a larger context where it lies in main memory and enough stays free.

    Only once the choice is made: what a longer context takes there is taken from other programs, so it
    speaks for no model.
    """
    if chosen.on_gpu and not chosen.route.in_main_memory:
        return chosen
    grown = takewhile(
        lambda one: one.fits and one.free_share >= FREE_SHARE, _doubled(chosen, bench)
    )
    return [chosen, *grown][-1]


def _doubled(first: Candidate, bench: Bench) -> Iterator[Candidate]:
    """The same with twice the context, four times, and so on up to what the use and the model like."""
    limit = min(bench.context_most, first.subject.model.context_length)
    settings = first.settings
    while not (bench.fixed_context or bench.embeddings) and 2 * settings.context <= limit:
        settings = replace(settings, context=2 * settings.context)
        yield candidate(first.subject, first.route, bench.host, settings)


def _partly_on_gpu(subject: Subject, route: Route, bench: Bench) -> Iterator[Candidate]:
    """Experts in main memory and all else on the GPU, or as many layers as the GPU holds."""
    all_layers = _settings(subject, route, bench, subject.layers)
    places = route.engine.abilities(route.build).places_layers
    if subject.has_experts and len(route.gpus) == 1 and places:
        count = len(subject.shape.layers)
        kept = [replace(all_layers, cpu_expert_layers=count - at) for at in range(count)]
        # where not even the first fits, it is the one that lacks least
        yield _most_on_gpu(subject, route, bench, kept) or candidate(
            subject, route, bench.host, kept[0]
        )
    layers = [replace(all_layers, gpu_layers=at) for at in range(1, subject.layers)]
    best = _most_on_gpu(subject, route, bench, layers)
    if best and best.on_gpu >= LEAST_SHARE_ON_GPU:
        yield best


def _most_on_gpu(
    subject: Subject, route: Route, bench: Bench, rising: Sequence[ServerSettings]
) -> Candidate | None:
    """The last of the settings, each with more on the GPUs than the one before, that they hold."""
    best: Candidate | None = None
    low, high = 0, len(rising)
    while low < high:
        middle = (low + high) // 2
        tried = candidate(subject, route, bench.host, rising[middle])
        if tried.gpus_hold:
            low, best = middle + 1, tried
        else:
            high = middle
    return best
