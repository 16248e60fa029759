"""The reasons of an advice, a sentence each."""

from __future__ import annotations

from collections.abc import Iterator

from ..model.advice import Case, Fit, HostedCost, LocalCost, Offers, Reason, Work
from ..model.triage import DataKind, Evidence, Field, Language, Task, TriageFacts
from ._offers import MOST_HOURS, PATIENCE, waiting
from ._work import LONG_TOKENS, is_too_long

CENT = 0.01
MINUTE, HOUR = 60, 3600


def sourced(facts: TriageFacts, ids: tuple[str, ...]) -> tuple[Reason, ...]:
    """The sentences of the facts."""
    return tuple(map(_sourced, facts.sentences(ids)))


def _sourced(one: Evidence) -> Reason:
    return Reason(one.text, one.source, one.date, one.sure)


def of_task(task: Task) -> Iterator[Reason]:
    """What kind of task it is for small models."""
    if task.decides:
        yield Reason(
            "Decisions about people are not a model's to make, on this computer or elsewhere."
        )
    elif task.local == "check":
        yield Reason(
            "Small models do this usefully and make mistakes, so somebody looks over the answers."
        )
    elif task.local == "no":
        yield Reason("Small models do this unreliably.")


def of_length(made: Work, facts: TriageFacts) -> Iterator[Reason]:
    """How long a request is, and what follows."""
    written = f" and {made.written_tokens:,} to write" if made.written_tokens else ""
    tokens = f"{made.read_tokens:,} tokens to read{written}"
    if made.parts > 1:
        yield Reason(
            f"Hand such a text over in {made.parts} parts with {tokens} each, and put the answers together; "
            "what spans two parts can be missed."
        )
        yield from sourced(facts, ("long-texts",))
    elif is_too_long(made):
        yield Reason(
            f"A request has {tokens}, over {LONG_TOKENS:,}, and this task cannot be done in parts."
        )
        yield from sourced(facts, ("long-texts",))
    else:
        yield Reason(f"A request has about {tokens}, so a context of {made.context:,} is enough.")
    yield from sourced(facts, ("tokens",))


def of_decision(case: Case, field: Field) -> Iterator[Reason]:
    """What must be said first where a person has to decide."""
    if case.decision == "machine":
        yield Reason("The answers would take effect by themselves: that is what must not be.")
    if field.check_first:
        yield Reason(
            "Some uses in this field are prohibited, so let somebody who knows the law look at yours before "
            "anything is set up."
        )


def of_trial() -> Iterator[Reason]:
    """What shows whether all this is true of one's own texts."""
    yield Reason(
        "Studies and predictions are about others' texts: try twenty of your own whose right answer you "
        "know before you rely on it."
    )


def of_privacy(here: Fit | None, data: DataKind) -> Iterator[Reason]:
    """A way for texts that may not leave the house, where a hosted model would do better."""
    if here and data.private:
        yield Reason(
            f"Where the texts may not leave the house, {here.model} is what fits here; take nothing that it "
            "writes unread."
        )


def of_language(language: Language, facts: TriageFacts) -> Iterator[Reason]:
    """Whether models know the language."""
    if language.evidence:
        yield Reason(f"Small models are not to be relied on in {language.title}.")
        yield from sourced(facts, language.evidence)
    elif not language.well:
        yield Reason(
            f"How well small models know the language “{language.title}” is not known here: try twenty of your own "
            "texts, and let somebody who speaks it judge them, before you rely on it."
        )


def of_machine(offers: Offers, case: Case, task: Task) -> Iterator[Reason]:
    """What fits here, how fast, and whether that is enough."""
    here = offers.here
    if here is None:
        yield Reason(f"Nothing that is large enough for this fits here: {offers.why_not}.")
        return
    yield Reason(
        f"{here.model} ({here.quantization}) fits here{_speed(here)} one request takes "
        f"{duration(here.seconds_per_answer)}, and a day's {count(case.per_day)} take "
        f"{duration(here.hours_per_day * HOUR)}."
    )
    if here.hours_per_day > MOST_HOURS:
        yield Reason(
            f"That is over {MOST_HOURS:.0f} hours a day, so this computer is too slow for it."
        )
    yield from _waiting(here, case, task)


def _speed(here: Fit) -> str:
    if not here.tokens_per_second:
        return ":"
    return (
        f": predicted {here.tokens_per_second:.0f} tokens/s ({here.low:.0f} to {here.high:.0f}), so"
    )


def _waiting(here: Fit, case: Case, task: Task) -> Iterator[Reason]:
    wait = waiting(here, case, task)
    end = (
        f", longer than the {PATIENCE:.0f} s that people are counted to wait"
        if wait > PATIENCE
        else ""
    )
    if case.users > 1:
        yield Reason(
            f"The server answers one request at a time: where {case.users} people ask at once, the last "
            f"waits {duration(wait)}{end}."
        )
    elif end:
        yield Reason(f"Somebody waits {duration(wait)} for each answer{end}.")


def of_money(
    cost: LocalCost | None, hosted: tuple[HostedCost, ...], case: Case
) -> Iterator[Reason]:
    """The two costs side by side, where they are in one currency."""
    if cost is None or case.hosted is None:
        return
    price, (least, most) = hosted[0].month, cost.month
    both = f"The hosted model costs {money(price)} a month, electricity {money(least)} to {money(most)}: "
    if price <= least:
        yield Reason(
            f"{both}this is no way to save money. Privacy, working offline and no limits are."
        )
    elif price <= most:
        yield Reason(f"{both}about the same, so money does not decide.")
    else:
        yield Reason(
            f"{both}{money(price - most)} to {money(price - least)} are saved on a computer that is on "
            "anyway."
        )
        yield _hardware(price - most, price - least, cost, case.months)


def _hardware(least: float, most: float, cost: LocalCost, months: int) -> Reason:
    """Whether hardware pays for itself, or up to which price it would."""
    if cost.hardware_month is None:
        return Reason(
            f"Hardware that is bought for this alone pays for itself in {months} months up to a price of "
            f"{money(least * months)} to {money(most * months)}, if it sleeps when nobody asks."
        )
    is_paid = "pays" if cost.hardware_month <= least else "does not pay"
    if least < cost.hardware_month <= most:
        is_paid = "may or may not pay"
    return Reason(
        f"The hardware is {money(cost.hardware_month)} a month over {months} months: it {is_paid} for itself, if it "
        "sleeps when nobody asks."
    )


def count(number: float) -> str:
    """Whole from ten on."""
    return f"{number:,.0f}" if number >= 10 else f"{number:.2g}"  # noqa: PLR2004


def money(amount: float) -> str:
    """Two places; what is less than a cent says so."""
    return "less than 0.01" if 0 < amount < CENT else f"{amount:,.2f}"


def duration(seconds: float) -> str:
    """In the unit that a person would use."""
    if seconds < 1:
        return "less than a second"
    if seconds < 2 * MINUTE:
        return f"{seconds:.0f} s"
    if seconds < 2 * HOUR:
        return f"{seconds / MINUTE:.0f} minutes"
    return f"{seconds / HOUR:,.0f} hours"
