"""From what machines could do together to the document that says so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..machine.fetching import addresses
from ..match import room_for_a_model
from ..match.pool import Found, Laid, Member, Place
from ..model.pool import PoolBuild, Pooled, PoolMember, PoolPlan, Share
from ..model.recipe import UseRecipe
from . import _pool_words


def plan(
    found: Found, members: Sequence[Member], silent: Sequence[PoolMember], use: UseRecipe
) -> PoolPlan:
    """`members` answered, this computer first; `silent` did not."""
    laid = found.laid
    return PoolPlan(
        gain=found.verdict == "gain",
        verdict=found.verdict,
        reason=_pool_words.reason(found, use),
        members=(*(_member(one, found) for one in members), *silent),
        pooled=_pooled(laid) if laid and laid.short_mib <= 0 else None,
        alone=found.best.shown if found.best else None,
        builds=tuple(map(_build, laid.places)) if laid else (),
        instead=tuple(_pool_words.instead(found)),
        notes=tuple(_notes(found, members, silent)),
    )


def _member(member: Member, found: Found) -> PoolMember:
    place = next((one for one in found.places if one.member is member), None)
    solo = next((one for one in found.solos if one.member is member), None)
    return PoolMember(
        member.name,
        member.is_here,
        computes=place.computes if place else "",
        room_mib=_room_mib(member, place),
        round_trip_ms=member.round_trip_ms,
        alone=solo.shown if solo else None,
    )


def _room_mib(member: Member, place: Place | None) -> float | None:
    """None where main memory is what counts, and nothing is known of it."""
    main = room_for_a_model(member.facts)
    return place.mib if place and (place.chips or main is not None) else main


def _pooled(laid: Laid) -> Pooled:
    file, model, settings = laid.subject.file, laid.subject.model, laid.settings
    each = zip(laid.places, laid.needs_mib, laid.layers, strict=True)
    return Pooled(
        model.id,
        file.quantization,
        model.licence.id,
        settings.context,
        settings.kv_type_k,
        laid.memory.total_mib + laid.memory.process_overhead_mib,
        laid.speed.generate_tps,
        laid.speed.low,
        laid.speed.high,
        laid.sent_bytes,
        settings.gpu_layers,
        settings.gpu_split,
        tuple(Share(place.member.name, mib, place.mib, count) for place, mib, count in each),
    )


def _build(place: Place) -> PoolBuild:
    build = place.build
    archives = (
        f"{addresses.releases()}/{one.repository}/releases/download/{one.tag}/{one.file}"
        for one in build.archives
    )
    return PoolBuild(place.member.name, build.id, build.number, tuple(archives))


def _notes(found: Found, members: Sequence[Member], silent: Sequence[PoolMember]) -> Iterator[str]:
    """What has to be known before, where there is something that fits."""
    for one in silent:
        yield f"Planned without {one.name}: {one.why}."
    if found.laid and found.laid.short_mib <= 0 and found.verdict != "fits-one":
        yield from _pool_words.before(found.laid, members)
