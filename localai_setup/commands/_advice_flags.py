"""The flags of `localai advise`: what was typed, and what it means."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from ..model.advice import Case, Decision
from ..model.errors import Exit, LocalaiError, nearest
from ..model.triage import TriageFacts

DAYS = {"hour": 24.0, "day": 1.0, "week": 1 / 7, "month": 1 / 30.4, "year": 1 / 365}
DECISIONS: tuple[Decision, ...] = ("nobody", "person", "machine")
MOST = 1e9


@dataclass(frozen=True)
class AdviceRequest:
    """As it was typed; None where it was not."""

    task: str | None = None
    data: str | None = None
    field: str | None = None
    decision: str | None = None
    volume: str | None = None
    words: int | None = None
    answer_words: int | None = None
    users: int | None = None
    language: str | None = None
    price: str | None = None
    electricity: str | None = None
    watts: str | None = None
    hardware: float | None = None
    months: int = 36


class Named(Protocol):
    """An entry of the facts."""

    @property
    def id(self) -> str: ...
    @property
    def title(self) -> str: ...


def case(asked: AdviceRequest, facts: TriageFacts) -> Case:
    """The case, with what is usual where nothing was said.

    Raises:
        LocalaiError: a name is not known, or a number cannot be read.

    """
    assert asked.task, "the task is asked for first"
    usual = Case(asked.task)
    decision = asked.decision or usual.decision
    if decision not in DECISIONS:
        raise _unknown("--decision", decision, DECISIONS)
    price = _pair("--price", asked.price, "0.25/1.50", alone_for_both=True)
    per_kwh, place = _electricity(asked.electricity, facts)
    return Case(
        task=_known("--task", asked.task, facts.tasks),
        field=_known("--field", asked.field or usual.field, facts.fields),
        data=_known("--data", asked.data or usual.data, facts.data),
        decision=next(one for one in DECISIONS if one == decision),
        per_day=_per_day(asked.volume) if asked.volume else usual.per_day,
        words=asked.words,
        answer_words=asked.answer_words,
        users=asked.users or usual.users,
        language=_language(asked.language, facts) if asked.language else usual.language,
        hosted=price,
        per_kwh=per_kwh,
        electricity=place or usual.electricity,
        watts=_watts(asked.watts),
        hardware=_finite("--hardware", asked.hardware),
        months=asked.months,
        assumed=_assumed(asked),
    )


def _assumed(asked: AdviceRequest) -> tuple[str, ...]:
    """Flags that would have changed the answer and were not given."""
    given = {
        "--field": asked.field,
        "--data": asked.data,
        "--decision": asked.decision,
        "--volume": asked.volume,
        "--words": asked.words,
        "--language": asked.language,
    }
    return tuple(flag for flag, value in given.items() if value is None)


def _known(flag: str, name: str, entries: Iterable[Named]) -> str:
    ids = [one.id for one in entries]
    if name.lower() not in ids:
        raise _unknown(flag, name, ids)
    return name.lower()


def _unknown(flag: str, name: str, known: Iterable[str]) -> LocalaiError:
    near = nearest(name, known)
    return LocalaiError(
        f"{flag} does not know {name!r}.",
        hint=f"Did you mean `{flag} {near}`?" if near else f"Take one of {', '.join(known)}.",
        exit_code=Exit.USAGE,
    )


def _language(name: str, facts: TriageFacts) -> str:
    """A code or an English name; one that is in no list stays as it is, and is told as not known."""
    named = {one.title.lower(): one.id for one in facts.languages}
    return named.get(name.lower(), name.lower() if len(name) == 2 else name)  # noqa: PLR2004  a code


def _per_day(volume: str) -> float:
    """`200/day`, `5000/month`; a number alone is per day."""
    found = re.fullmatch(r"([\d.,]+)\s*(?:/|per)?\s*(hour|day|week|month|year)?", volume.strip())
    number = _number(_without_separators(found[1])) if found else None
    if found is None or number is None or not 0 < number <= MOST:
        raise _unreadable("--volume", volume, "200/day")
    return number * DAYS[found[2] or "day"]


def _without_separators(number: str) -> str:
    """`1,500` is fifteen hundred, as English has it, and `1,5` one and a half, as most of Europe has it."""
    if re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d+)?", number):
        return number.replace(",", "")
    return number.replace(",", ".") if re.fullmatch(r"\d+,\d{1,2}", number) else number


def _finite(flag: str, given: float | None) -> float | None:
    if given is not None and not math.isfinite(given):
        raise _unreadable(flag, str(given), "900")
    return given


def _electricity(given: str | None, facts: TriageFacts) -> tuple[float | None, str]:
    """A price per kWh, or the place whose mean is taken."""
    if given is None:
        return None, ""
    number = _number(given)
    if number is not None and 0 < number <= MOST:
        return number, ""
    if number is not None:
        raise _unreadable("--electricity", given, "0.30")
    return None, _known("--electricity", given, facts.electricity)


def _watts(given: str | None) -> tuple[float, float] | None:
    pair = _pair("--watts", given, "60/350", alone_for_both=False)
    if pair and not 0 < pair[0] <= pair[1]:
        raise _unreadable("--watts", given or "", "60/350, idle before load")
    return pair


def _pair(
    flag: str, given: str | None, example: str, *, alone_for_both: bool
) -> tuple[float, float] | None:
    if given is None:
        return None
    numbers = [_number(part) for part in given.split("/")]
    if len(numbers) == 1 and alone_for_both:
        numbers *= 2
    first, last = numbers if len(numbers) == 2 else (None, None)  # noqa: PLR2004  a pair
    if first is None or last is None or not 0 <= min(first, last) <= max(first, last) <= MOST:
        raise _unreadable(flag, given, example)
    return first, last


def _number(text: str) -> float | None:
    """None where it is none, or none that can be calculated with (nan, inf)."""
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _unreadable(flag: str, given: str, example: str) -> LocalaiError:
    return LocalaiError(
        f"{flag} cannot read {given!r}.",
        hint=f"Write it as `{flag} {example}`.",
        exit_code=Exit.USAGE,
    )
