"""Reading the facts of `localai advise`: every file of `triage/`, strictly, and each reference followed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import fields, replace
from functools import cache
from importlib import resources
from typing import Any

from ..model.triage import TriageFacts
from .schema import build
from .strict_yaml import RecipeError, parse

SCHEMA = "localai.triage/1"
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_ADDRESS = re.compile(r"https://[\w.-]+")
_KINDS = tuple(one.name for one in fields(TriageFacts) if one.name != "schema")


@cache
def triage_facts() -> TriageFacts:
    """Everything that is shipped."""
    folder = resources.files("localai_setup") / "recipes" / "triage"
    files = sorted(folder.iterdir(), key=lambda one: one.name)
    return load(one.read_text(encoding="utf-8") for one in files)


def load(texts: Iterable[str]) -> TriageFacts:
    """The facts of all texts together.

    Raises:
        RecipeError: a field is wrong, an id stands twice, a source or date is missing, a reference leads
            nowhere.

    """
    facts = TriageFacts(SCHEMA)
    for text in texts:
        read = build(TriageFacts, parse(text))
        _require(read.schema == SCHEMA, f"`schema` must be {SCHEMA}")
        both: dict[str, Any] = {k: (*getattr(facts, k), *getattr(read, k)) for k in _KINDS}
        facts = replace(facts, **both)
    _check(facts)
    return facts


def _check(facts: TriageFacts) -> None:
    for kind in _KINDS:
        ids = [one.id for one in getattr(facts, kind)]
        twice = sorted({one for one in ids if ids.count(one) > 1})
        _require(not twice, f"`{kind}` has {', '.join(twice)} more than once")
    known = {one.id for one in facts.evidence}
    for owner, name in _references(facts):
        _require(name in known, f"{owner}: there is no evidence {name}")
    for entry in (*facts.evidence, *facts.electricity, *facts.prices, *facts.power):
        _check_source(entry)
    for field in facts.fields:
        _require(not field.regulated or bool(field.rules), f"{field.id}: regulated by no rule")
    for power in facts.power:
        for watts in (power.idle, power.load):
            ordered = len(watts) == 2 and 0 < watts[0] <= watts[1]  # noqa: PLR2004  least, most
            _require(ordered, f"{power.id}: watts are [least, most]")


def _references(facts: TriageFacts) -> Iterator[tuple[str, str]]:
    """(id of an entry, id of the evidence that it names)."""
    for task in facts.tasks:
        yield from ((task.id, name) for name in task.evidence)
    for language in facts.languages:
        yield from ((language.id, name) for name in language.evidence)
    for field in facts.fields:
        yield from ((field.id, name) for name in field.rules)
    for data in facts.data:
        yield from ((data.id, name) for name in data.rules)


def _check_source(entry: Any) -> None:
    """What is no estimate has an address, and everything has a date."""
    _require(bool(_DATE.fullmatch(entry.date)), f"{entry.id}: `date` must be as 2026-11-28")
    guessed = getattr(entry, "sure", "published") == "estimate"
    _require(guessed or bool(_ADDRESS.match(entry.source)), f"{entry.id}: `source` is missing")


def _require(holds: bool, what: str) -> None:
    if not holds:
        raise RecipeError(0, what)
