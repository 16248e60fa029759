"""Facts are typed values made of readings; what could not be known is kept beside them, with why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

from .reading import Failed, FailureKind, Missing, Reading

T = TypeVar("T")


@dataclass(frozen=True)
class Unknown:
    """A fact that could not be had. `fact` is its path in `detect --json` (`gpus.nvidia`)."""

    fact: str
    kind: FailureKind
    reason: str
    source: str = ""


def unknown_from(fact: str, source: str, reading: Reading) -> Unknown:
    """Why `fact` is unknown, told by the reading that should have shown it."""
    if isinstance(reading, Failed):
        return Unknown(fact, reading.kind, reading.reason, source)
    if isinstance(reading, Missing):
        return Unknown(fact, "missing", "not there", source)
    return Unknown(fact, "garbled", "its answer could not be read", source)


@dataclass(frozen=True)
class Facts:
    """One instance of each fact class. A probe that crashed has its class in `crashed` instead."""

    by_type: Mapping[type, Any] = field(default_factory=dict)
    crashed: Mapping[type, str] = field(default_factory=dict)

    def get(self, kind: type[T]) -> T | None:
        return cast("T | None", self.by_type.get(kind))

    def __getitem__(self, kind: type[T]) -> T:
        return cast("T", self.by_type[kind])

    def unknown(self) -> tuple[Unknown, ...]:
        """Everything that any fact could not tell, in a stable order without repeats."""
        listed = [one for fact in self.by_type.values() for one in getattr(fact, "unknown", ())]
        listed += [
            Unknown(kind.__name__.lower(), "failed", why) for kind, why in self.crashed.items()
        ]
        return tuple(dict.fromkeys(listed))
