"""Known problems as plain data and back: what is read when a command starts, so it must be quick."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import fields, is_dataclass
from typing import Any

from ..model.finding import Fix, Problem, Signature, Where
from ..model.known import KnownProblem


def dumped(problems: Iterable[KnownProblem]) -> str:
    """One JSON text of all: each value is the list of its fields, in their order."""
    return json.dumps([row(one) for one in problems])


def row(value: Any) -> Any:
    """A dataclass as plain data, without the names of its fields."""
    if is_dataclass(value):
        return [row(getattr(value, spec.name)) for spec in fields(value)]
    return [row(one) for one in value] if isinstance(value, tuple) else value


def loaded(text: str) -> dict[str, KnownProblem]:
    """The problems of a text that `dumped` made, by id.

    Raises:
        ValueError, TypeError: the text is another one.

    """
    return by_id(json.loads(text))


def by_id(rows: Iterable[Any]) -> dict[str, KnownProblem]:
    """Of rows as `row` makes them; in the order of the ids."""
    found = {one.id: one for one in map(from_row, rows)}
    return dict(sorted(found.items()))


def from_row(plain: Any) -> KnownProblem:
    """The inverse of `row`, for a known problem."""
    name, healthy, problem, signs, news, wording, reported = plain
    title, seen, why, fixes, sources, status, likelihood, systems, confused, effects = problem
    known_problem = Problem(
        title,
        seen,
        why,
        tuple(map(_fix, fixes)),
        tuple(sources),
        status,
        likelihood,
        tuple(systems),
        tuple(confused),
        tuple(effects),
    )
    signatures, good_news = (tuple(map(_signature, listed)) for listed in (signs, news))
    return KnownProblem(name, healthy, known_problem, signatures, good_news, wording, reported)


def _fix(plain: Any) -> Fix:
    text, commands, needs_root, reboot, loses, proof, where, step, shell = plain
    systems, families, wsl, container, systemd, secure_boot, engines = where
    flags = (wsl, container, systemd, secure_boot)
    place = Where(tuple(systems), tuple(families), *flags, engines=tuple(engines))
    return Fix(text, tuple(commands), needs_root, reboot, loses, proof, place, step, shell)


def _signature(plain: Any) -> Signature:
    pattern, needs, certainty, lines, also, unless, compare, phrase = plain
    around = tuple(also), tuple(unless), tuple(compare)
    return Signature(pattern, tuple(needs), certainty, lines, *around, phrase)
