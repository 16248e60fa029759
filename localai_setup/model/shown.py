"""How `detect` shows a fact. The probe that makes the fact declares it, and nothing else lists it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from .facts import Facts

F = TypeVar("F")


class Part(Protocol):
    """A part of `detect`, whatever fact it shows."""

    @property
    def name(self) -> str: ...
    @property
    def place(self) -> int: ...
    @property
    def fact(self) -> type: ...
    def document(self, facts: Facts) -> object: ...
    def lines(self, facts: Facts) -> list[str]: ...


def itself(fact: F) -> F:
    return fact


def no_words(_: object) -> tuple[str, ...]:
    return ()


@dataclass(frozen=True, kw_only=True)
class Shown(Generic[F]):
    """`name` is its key in `detect --json`; `place` orders the parts, the lowest first.

    `fact()` stands where the fact could not be made. `value(fact)` is what JSON shows, or `fields` of it,
    or of each where it is several; the annotated types are the schema. Sizes in MiB that are picked so are
    rounded. `words(fact)` are the lines of the text below `heading`, none where there is nothing to say.
    """

    name: str
    fact: type[F]
    value: Callable[[F], object] = itself
    fields: tuple[str, ...] = ()
    heading: str = ""
    words: Callable[[F], Iterable[str]] = no_words
    place: int = 100

    def document(self, facts: Facts) -> object:
        """The value of its part in `detect --json`."""
        value = self.value(self._of(facts))
        if not self.fields:
            return value
        return (
            [self._picked(one) for one in value]
            if isinstance(value, tuple)
            else self._picked(value)
        )

    def lines(self, facts: Facts) -> list[str]:
        """Its lines of the text."""
        return [f"{self.heading:<10} {line}" for line in self.words(self._of(facts))]

    def _of(self, facts: Facts) -> F:
        return facts.get(self.fact) or self.fact()

    def _picked(self, value: object) -> dict[str, object]:
        return {name: _rounded(name, getattr(value, name)) for name in self.fields}


def _rounded(name: str, value: object) -> object:
    return round(value) if isinstance(value, float) and name.endswith("_mib") else value
