"""A plan for several people in words, and how it stands."""

from __future__ import annotations

from collections.abc import Iterator

from ..model.server import HOST
from ..model.serving import AtOnce, ServePlan
from ..model.sizes import mib_words, range_words
from . import console

PROXIES = {"haproxy": "HAProxy", "traefik": "traefik"}


def show(plan: ServePlan) -> None:
    """The plan to stdout, what to know of it to stderr."""
    console.show("\n".join(_lines(plan)))
    for note in plan.notes:
        console.say(note)


def _lines(plan: ServePlan) -> Iterator[str]:
    people = "1 person" if plan.users == 1 else f"{plan.users} people"
    yield f"{plan.model} for {people}"
    at_once = plan.slots * plan.replicas
    yield f"  At once   {at_once} answered at a time, each in a conversation of up to {plan.context} tokens"
    if plan.replicas > 1 or plan.proxy:
        behind = f" behind {PROXIES[plan.proxy]}" if plan.proxy else ""
        places = "1 place" if plan.slots == 1 else f"{plan.slots} places"
        each = " each" if plan.replicas > 1 else ""
        yield f"  Servers   {plan.replicas} with {places}{each}{behind}"
    kept = f"{mib_words(plan.memory_mib)}, {mib_words(plan.kv_mib)} of it for what is said"
    room = "not known" if plan.room_mib is None else mib_words(plan.room_mib)
    yield f"  Memory    {kept}; {room} can be given"
    yield "  Speed     " + "\n            ".join(map(_speed, plan.speeds))
    yield f"  So        {carried(plan)}"


def _speed(one: AtOnce) -> str:
    return f"{one.users:>2} at once: {range_words(one.low, one.high)} tokens per second for each"


def carried(plan: ServePlan) -> str:
    """The honest sentence: how many at once get how much."""
    if plan.users == plan.replicas == 1:
        return f"one at a time, at about {plan.speeds[0].tps:.0f} tokens per second"
    if not plan.comfortable:
        slowest = plan.speeds[0]
        return f"even one is answered at about {slowest.tps:.1f} tokens per second"
    best = [one for one in plan.speeds if one.users <= plan.comfortable][-1]
    return f"{best.users} at once at about {best.tps:.0f} tokens per second each"


def stands(plan: ServePlan, listen: str) -> None:
    """Where it is reached, and what comes next; `listen` is the address that it is open at."""
    at_once = plan.slots * plan.replicas
    if listen != HOST:
        console.say(f"It is open to the network at {listen}; `localai up` closes it.")
    if at_once == 1:
        console.show(f"One at a time is answered at {plan.address}")
        return
    console.show(f"{at_once} at a time are answered at {plan.address}")
    console.say(
        "`localai serve keys add NAME` makes a key for each person; `localai serve --off` takes it back."
    )
    console.say(f"`localai bench --users {plan.users}` measures what they get.")
    if listen == HOST:
        console.say(
            "Only this computer reaches it. `localai serve --users "
            f"{plan.users} --listen ADDRESS` opens it to a network, over plain http."
        )
