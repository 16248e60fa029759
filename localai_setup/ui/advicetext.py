"""Advice in words: the verdict first, then why, the rules, the cost, and what to type. Sources at the end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from ..model.advice import Advice, Fit, HostedCost, LocalCost, Reason
from ..model.sizes import mib_words, size_words
from ..model.triage import TriageFacts
from .findingtext import say_line, say_prose

#: what a flag that was not given was taken for
ASSUMED = {
    "--field": "it is in no regulated field",
    "--data": "the texts are confidential, but not about people",
    "--decision": "where the answers lead to decisions about people, a person takes them",
    "--volume": "20 texts a day",
    "--words": "texts of a usual length for this",
    "--language": "English",
    "--electricity": "your price of a hosted model is in euros, as the price of electricity is",
}
CENT = 0.01


@dataclass
class _Notes:
    """Sources in the order in which they are named, each with a number."""

    listed: list[str] = field(default_factory=list)

    def mark(self, reason: Reason) -> str:
        """` [1]` for a sentence with a source."""
        if not reason.source:
            return ""
        entry = f"{reason.source}, {reason.date}"
        if entry not in self.listed:
            self.listed.append(entry)
        return f" [{self.listed.index(entry) + 1}]"


def show(advice: Advice, facts: TriageFacts) -> None:
    """The whole advice."""
    notes = _Notes()
    say_prose(advice.summary, "", "", "bold")
    _part("Why", advice.reasons, notes)
    _part(f"Rules for {_field(advice, facts)}", advice.rules, notes)
    if advice.for_sale:
        _for_sale(advice.for_sale)
    if advice.cost:
        _cost(advice, advice.cost, notes)
    _instead(advice, facts)
    _commands(advice, facts)
    _assumed(advice)
    say_line("")
    for number, source in enumerate(notes.listed, 1):
        say_line(f"[{number}] {source}")
    say_prose(advice.disclaimer, "")


def _field(advice: Advice, facts: TriageFacts) -> str:
    field_ = next(one for one in facts.fields if one.id == advice.case.field)
    return field_.title if field_.regulated else "such texts"


def _part(title: str, reasons: Iterable[Reason], notes: _Notes) -> None:
    lines = [f"{one.text}{notes.mark(one)}" for one in reasons]
    if lines:
        _heading(title)
        for line in lines:
            say_prose(f"- {line}", "  ", "    ")


def _heading(words: str) -> None:
    say_line("")
    say_prose(words, "", "", "bold")


def _for_sale(found: Iterable[Fit]) -> None:
    _heading("Machines in sizes that are sold, on which it would work")
    for one in found:
        words = f"{one.model} ({one.quantization}), predicted {one.tokens_per_second:.0f} tokens/s"
        say_prose(f"- {one.machine}: {words}", "  ", "    ")


def _cost(advice: Advice, cost: LocalCost, notes: _Notes) -> None:
    _heading(f"What it costs in a month on {cost.machine}")
    for line in (*_electricity(cost), *_hosted(advice.hosted, notes)):
        say_prose(f"- {line}", "  ", "    ")
    for reason in (*advice.money, *cost.sources):
        say_prose(f"- {reason.text}{notes.mark(reason)}", "  ", "    ")


def _electricity(cost: LocalCost) -> Iterator[str]:
    unit = f" {cost.currency}" if cost.currency else ""
    yield (
        f"Electricity while it computes: {_range(cost.month)}{unit}, which is {_range(cost.per_million)} "
        f"per million tokens, read and written together, at {cost.per_kwh:g}{unit} per kWh."
    )
    yield (
        f"If the computer is left on day and night for this alone: {_range(cost.idle_month)}{unit} more, "
        "so let it sleep when nobody asks."
    )


def _hosted(found: Iterable[HostedCost], notes: _Notes) -> Iterator[str]:
    for one in found:
        unit = f" {one.currency}" if one.currency else ""
        price = f"{one.reads:g} / {one.writes:g}{unit} per million tokens read / written"
        if one.example:
            mark = notes.mark(Reason("", one.source, one.date, "published"))
            yield f"Hosted, an example from {one.date}: {one.name} at {price}: {_money(one.month)}{unit}.{mark}"
        else:
            yield f"Hosted, at your price of {price}: {_money(one.month)}."


def _instead(advice: Advice, facts: TriageFacts) -> None:
    task = next(one for one in facts.tasks if one.id == advice.case.task)
    if task.instead:
        _heading("Instead")
        say_prose(task.instead, "  ")


def _commands(advice: Advice, facts: TriageFacts) -> None:
    if not advice.commands:
        return
    reader = f", so that {advice.person} reads every answer" if advice.human_required else ""
    is_set_up = advice.commands[0].startswith("localai init")
    _heading(f"Set it up{reader}" if is_set_up else "Look further")
    for command in advice.commands:
        say_line(f"  {command}")
    note = next(one for one in facts.tasks if one.id == advice.case.task).note
    if note:
        say_prose(note, "  ")
    if advice.here and is_set_up:
        one = advice.here
        size = f"{size_words(one.download_bytes)} to fetch"
        say_prose(
            f"{one.model}, licence {one.licence}: {size}, {mib_words(one.memory_mib)} of memory.",
            "  ",
        )


def _assumed(advice: Advice) -> None:
    taken = [f"{ASSUMED[flag]} (`{flag}`)" for flag in advice.assumed]
    if taken:
        _heading("Nobody said otherwise, so it was assumed that")
        for one in taken:
            say_prose(f"- {one}", "  ", "    ")


def _range(pair: tuple[float, ...]) -> str:
    low, high = pair
    if _money(low) == _money(high):
        return _money(low)
    return f"{_money(low)} to {_money(high)}"


def _money(amount: float) -> str:
    return "less than 0.01" if 0 < amount < CENT else f"{amount:,.2f}"
