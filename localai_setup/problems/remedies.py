"""Named ways out that many problems share: `remedies.yaml` knows the commands of each system and family."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from ..model.errors import nearest
from ..model.finding import Fix, Where
from ..recipes.schema import build
from ..recipes.strict_yaml import RecipeError, parse
from .page import PageFix

FILE = Path(__file__).parent / "remedies.yaml"
#: `{{value}}` as it is, `{{sh:value}}` in quotes where a shell needs them
_PLACE = re.compile(r"\{\{(sh:)?(\w+)\}\}")
_PLAIN_WORD = re.compile(r"[\w.:]+", re.ASCII)


@dataclass(frozen=True)
class Remedy:
    """One way out, as a fix for each system, family or way in which an engine is started."""

    id: str
    fixes: tuple[Fix, ...]


@dataclass(frozen=True)
class Remedies:
    schema: str
    remedies: tuple[Remedy, ...]


@cache
def remedies() -> Mapping[str, Remedy]:
    """Every remedy by id."""
    found = build(Remedies, parse(FILE.read_text(encoding="utf-8")))
    return {one.id: one for one in found.remedies}


def expanded(fix: PageFix) -> tuple[Fix, ...]:
    """The fixes of the remedy that a page names, with the page's values; else the page's own fix.

    Raises:
        RecipeError: there is no such remedy, or it takes other values.

    """
    if not fix.remedy:
        own = (fix.text, fix.commands, fix.needs_root, fix.reboot, fix.loses, fix.proof, fix.where)
        return (Fix(*own, step=fix.step),)
    remedy = _named(fix.remedy)
    given = {"text": fix.text, "proof": fix.proof, "loses": fix.loses}
    values = {**{name: one for name, one in given.items() if one}, **fix.values}
    _check_names(remedy, values)
    fixes = (_filled(one, values) for one in remedy.fixes)
    return tuple(one for one in fixes if _is_asked_for(one.where, fix.where))


def _is_asked_for(variant: Where, asked: Where) -> bool:
    """A variant for any system is one for those that are asked for; one for any engine is not."""
    systems = not asked.systems or not variant.systems or set(asked.systems) & set(variant.systems)
    engines = not asked.engines or set(asked.engines) & set(variant.engines)
    return bool(systems and engines)


def _named(name: str) -> Remedy:
    if name not in remedies():
        near = nearest(name, remedies())
        meant = f"; did you mean `{near}`?" if near else ""
        raise RecipeError(0, f"there is no remedy called {name!r}{meant}")
    return remedies()[name]


def _check_names(remedy: Remedy, values: Mapping[str, str]) -> None:
    expected = {name for fix in remedy.fixes for name in _names(fix)}
    if unknown := sorted(values.keys() - expected):
        raise RecipeError(0, f"the remedy {remedy.id} takes no `{unknown[0]}`")
    if missing := sorted(expected - values.keys() - {"loses"}):
        raise RecipeError(0, f"the remedy {remedy.id} needs `{missing[0]}`")


def _names(fix: Fix) -> set[str]:
    texts = (fix.text, *fix.commands, fix.loses, fix.proof)
    return {name for text in texts for _, name in _PLACE.findall(text)}


def _filled(fix: Fix, values: Mapping[str, str]) -> Fix:
    def put(text: str) -> str:
        return _PLACE.sub(lambda place: _value(values.get(place[2], ""), place[1]), text)

    return replace(
        fix,
        text=put(fix.text),
        commands=tuple(map(put, fix.commands)),
        loses=put(fix.loses),
        proof=put(fix.proof),
    )


def _value(value: str, shell: str | None) -> str:
    return f"'{value}'" if shell and not _PLAIN_WORD.fullmatch(value) else value
