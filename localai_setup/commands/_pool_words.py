"""A verdict about several machines in words: why, what instead, and what to know before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..fit.pooled import RPC_MS
from ..match.pool import Found, Laid, Member, Solo
from ..model.pool import way_words
from ..model.recipe import UseRecipe
from ..model.sizes import gigabyte_words, mib_words, size_words

#: bytes per second of a network of 1 Gbit/s, of which a file gets nearly all
GIGABIT = 0.94e9 / 8
ONE_AFTER_THE_OTHER = "Machines work one after the other on each token: more of them hold more and make nothing faster."


def reason(found: Found, use: UseRecipe) -> str:
    """The verdict in a sentence or two."""
    laid, best = found.laid, found.best
    if found.verdict == "nobody-else":
        return "No other machine answered, so there is nothing to plan over."
    if found.verdict == "no-common-build":
        return (
            "All have to run the same build of the engine, one with RPC, and localai knows none that runs on all "
            "of them."
        )
    if found.verdict == "fits-one" and best:
        return f"{_alone(best)} by itself.{_slower(laid)} {ONE_AFTER_THE_OTHER}"
    if laid is None:
        return _nothing_better(best)
    if found.verdict == "too-large":
        return _too_large(laid)
    if found.verdict == "too-slow":
        return f"{_together(laid)}; {use.min_tps:g} are the least that is comfortable. {ONE_AFTER_THE_OTHER}"
    if found.verdict == "as-good" and best:
        return f"{_alone(best)} by itself, and is the better choice. {_together(laid)}: {_why_not(laid, best)}."
    return f"No machine holds {laid.subject.model.id} by itself{_better(best)}. {_together(laid)}."


def _why_not(laid: Laid, best: Solo) -> str:
    if laid.quality <= best.quality:
        return f"its answers are no better ({laid.quality:.1f} beside {best.quality:.1f})"
    return (
        f"its answers ({laid.quality:.1f} beside {best.quality:.1f}) are not worth being slower, and machines that "
        "can fail"
    )


def _better(best: Solo | None) -> str:
    than = best and f"{best.choice.model}, the best for one of them"
    return f", and its answers are better than those of {than}" if than else ""


def _alone(best: Solo) -> str:
    one = best.choice
    where = best.member.name
    return f"{one.model} runs on {where} at about {_tps(one.speed.generate_tps)} tokens per second"


def _slower(laid: Laid | None) -> str:
    return (
        f" {_together(laid)}, and its weights would cross the network at each start."
        if laid
        else ""
    )


def _together(laid: Laid) -> str:
    return (
        f"{laid.subject.model.id} over {len(laid.places)} machines would write about "
        f"{_tps(laid.speed.generate_tps)} tokens per second"
    )


def _tps(tps: float) -> str:
    """Small ones with a digit, so that half as fast is seen."""
    return f"{tps:.1f}" if tps < 10 else f"{tps:.0f}"  # noqa: PLR2004


def _nothing_better(best: Solo | None) -> str:
    than = f" than {best.choice.model} on {best.member.name}" if best else ""
    return f"No model that needs several of them is a better choice{than}."


def _too_large(laid: Laid) -> str:
    given = mib_words(sum(one.mib for one in laid.places))
    need = mib_words(laid.memory.total_mib + laid.memory.process_overhead_mib)
    return (
        f"{laid.subject.model.id} needs {need}, and {len(laid.places)} machines can give {given} "
        f"together: {mib_words(laid.short_mib)} lack where it is tightest."
    )


def instead(found: Found) -> Iterator[str]:
    """What to pick, and what to buy, a sentence each."""
    if found.best and found.verdict != "gain":
        model = found.best.choice.model
        where = "here" if found.best.member.is_here else f"on {found.best.member.name}"
        yield f"`localai init --model {model}` {where} sets up {model}."
    if found.bigger and found.verdict != "as-good" and found.laid:
        member, mib, choice = found.bigger
        yield (
            f"A machine as fast as {member.name} with {gigabyte_words(mib)} of main memory would hold "
            f"{found.laid.subject.model.id} by itself, and write about {_tps(choice.speed.generate_tps)} tokens per "
            "second."
        )


def before(laid: Laid, members: Sequence[Member]) -> Iterator[str]:
    """What a person has to know before such a thing is set up."""
    yield "This is experimental: llama.cpp itself calls its RPC a proof of concept, fragile and insecure."
    yield ONE_AFTER_THE_OTHER + " " + _network(laid)
    minutes = laid.sent_bytes / GIGABIT / 60
    how_long = f"about {minutes:.0f} minutes" if minutes >= 2 else "about a minute"  # noqa: PLR2004
    yield (
        f"At each start {size_words(laid.sent_bytes)} of weights cross the network: {how_long} at 1 Gbit/s."
    )
    yield (
        "A machine that lends its memory asks for no key and encrypts nothing. It may listen on its 127.0.0.1 alone and "
        "be reached through ssh; whoever else has a login on one of these machines can still reach it there."
    )
    yield (
        "When a machine or its connection ends, the server here aborts and the answer is lost: it has to be started "
        "again."
    )
    used = {one.member.name for one in laid.places}
    for one in members:
        if one.name not in used:
            yield f"{one.name} is not needed: it would only make it slower."


def _network(laid: Laid) -> str:
    far = laid.places[1:]
    trips = [one.member.round_trip_ms for one in far]
    known = [one for one in trips if one is not None]
    rpc = f"what RPC itself takes ({RPC_MS[2]:.0f} to {RPC_MS[0]:.0f} ms a machine, measured once)"
    if len(known) == len(trips):
        return f"The network adds {way_words(sum(known))} to each token, measured through ssh, and {rpc}; both are counted."
    unknown = ", ".join(one.member.name for one in far if one.member.round_trip_ms is None)
    return f"How far {unknown} is was not measured: a round trip for each token comes on top, beside {rpc}."
