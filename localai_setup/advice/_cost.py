"""What the work costs in electricity here, and what the same tokens cost at a hosted model's price.

Energy of a request is watts under load times its seconds; with a range for either the least is the fewest
watts at the highest speed, and the most the other way round.
"""

from __future__ import annotations

from ..model.advice import Case, Fit, HostedCost, LocalCost, Reason, Work
from ..model.triage import Electricity, PowerClass, TriageFacts

JOULES_PER_KWH = 3_600_000
HOURS_PER_MONTH = 730
MILLION = 1_000_000
OWN = "your own figure"


def local_cost(fit: Fit, case: Case, made: Work, facts: TriageFacts) -> LocalCost:
    """Electricity of a month; hardware is spread over its months where its price was given."""
    power = power_class(fit, facts)
    idle, load = _watts(case, power)
    rate = _electricity(case, facts)
    per_kwh = rate.per_kwh if case.per_kwh is None else case.per_kwh
    seconds = fit.seconds_per_answer * made.requests_per_month
    faster, slower = _spread(fit)
    month = tuple(
        round(watts * seconds * factor / JOULES_PER_KWH * per_kwh, 4)
        for watts, factor in zip(load, (faster, slower), strict=True)
    )
    tokens = monthly_tokens(made)
    return LocalCost(
        currency=rate.currency if case.per_kwh is None else "",
        per_kwh=per_kwh,
        watts_idle=idle,
        watts_load=load,
        month=month,
        per_million=tuple(round(one / sum(tokens) * MILLION, 4) for one in month),
        idle_month=tuple(round(one / 1000 * HOURS_PER_MONTH * per_kwh, 2) for one in idle),
        machine=fit.machine,
        hardware_month=None if case.hardware is None else round(case.hardware / case.months, 2),
        sources=tuple(_sources(case, power, rate)),
    )


def hosted_costs(case: Case, made: Work, facts: TriageFacts) -> tuple[HostedCost, ...]:
    """At the person's own price, else at dated examples."""
    read, written = monthly_tokens(made)

    def month(reads: float, writes: float) -> float:
        return round((read * reads + written * writes) / MILLION, 4)

    if case.hosted is not None:
        reads, writes = case.hosted
        return (HostedCost(OWN, "", reads, writes, month(reads, writes), example=False),)
    if not made.written_tokens:
        return ()  # the examples are prices of models that write
    return tuple(
        HostedCost(one.title, one.currency, one.reads, one.writes, month(one.reads, one.writes),
                   example=True, source=one.source, date=one.date)
        for one in facts.prices
    )  # fmt: skip


def monthly_tokens(made: Work) -> tuple[float, float]:
    """Tokens read and written in a month."""
    requests = made.requests_per_month * made.parts
    return requests * made.read_tokens, requests * made.written_tokens


def power_class(fit: Fit, facts: TriageFacts) -> PowerClass:
    """The first that fits what computes."""

    def fits(one: PowerClass, part: str) -> bool:
        named = not one.names or any(name.lower() in fit.chip.lower() for name in one.names)
        return one.part == part and named and fit.gpus >= (one.gpus if one.gpus > 1 else 0)

    found = next((one for one in facts.power if fits(one, fit.part)), None)
    return found or next(one for one in facts.power if fits(one, "processor"))


def _watts(case: Case, power: PowerClass) -> tuple[tuple[float, ...], tuple[float, ...]]:
    if case.watts is None:
        return power.idle, power.load
    idle, load = case.watts
    return (idle, idle), (load, load)


def _spread(fit: Fit) -> tuple[float, float]:
    """How much shorter and longer a request may take than the middle of the estimate says."""
    return fit.tokens_per_second / fit.high, fit.tokens_per_second / fit.low


def _electricity(case: Case, facts: TriageFacts) -> Electricity:
    return next(one for one in facts.electricity if one.id == case.electricity)


def _sources(case: Case, power: PowerClass, rate: Electricity) -> list[Reason]:
    found = []
    if case.watts is None:
        found.append(Reason(_power_words(power), power.source, power.date, power.sure))
    if case.per_kwh is None:
        words = f"{rate.per_kwh:.4f} {rate.currency} per kWh is the mean for {rate.title}."
        found.append(Reason(words, rate.source, rate.date, "published"))
    return found


def _power_words(power: PowerClass) -> str:
    what = (
        "The card alone draws"
        if power.card_only
        else f"{power.title[0].upper()}{power.title[1:]} draws"
    )
    idle, load = (f"{low:g} to {high:g} W" for low, high in (power.idle, power.load))
    guessed = ", an estimate that nobody measured" if power.sure == "estimate" else ""
    rest = "; the server around it comes on top" if power.card_only else ""
    return f"{what} {idle} idle and {load} under load{guessed}{rest}."
