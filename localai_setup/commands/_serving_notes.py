"""What a person who serves others should know about a plan, a sentence each."""

from __future__ import annotations

from collections.abc import Iterator

from ..match import many_users
from ..model.facts import Facts
from ..model.serving import ServePlan
from ..model.setup import SetUp

#: From about so many people on, expert advice is another kind of server on server cards.
SEVERAL = 10


def notes(plan: ServePlan, setup: SetUp, facts: Facts) -> Iterator[str]:
    places = plan.slots * plan.replicas
    if plan.replicas > 1:
        yield (
            f"{plan.replicas} servers on one computer answer no faster than one with as many places; where "
            "one of them dies the others go on, and it is started again."
        )
    if places < plan.users:
        yield (
            f"{plan.users} people share {places} places: who asks while all are taken waits until one "
            "is free."
        )
    if plan.context < setup.settings.context_each:
        yield (
            f"A conversation holds {plan.context} tokens then, and not {setup.settings.context_each}: memory "
            "has no room for more."
        )
    if setup.settings.drafting:
        yield "Nobody guesses ahead then: that speeds up one answer at a time, and slows many."
    if plan.comfortable < places:
        least = f"{plan.min_tps:g} tokens per second are the least that is comfortable"
        at_once = f"more than {plan.comfortable}" if plan.comfortable else "anybody"
        yield (
            f"While {at_once} is answered at the same time, each answer comes slower than that ({least}). "
            "A smaller model (`localai switch`), a better graphics card or one more machine helps."
        )
    if plan.users > SEVERAL:
        yield from many_users(facts) or (_several(),)


def _several() -> str:
    return (
        f"For more than about {SEVERAL} people at once, servers with large NVIDIA or AMD cards and vLLM are "
        "made; localai does not set that up. With what is here the others wait for their turn."
    )
