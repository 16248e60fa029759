"""The protocol between the pure rooms and the world. Only `machine/` implements it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from .reading import Reading
from .source import Source


@dataclass(frozen=True)
class Identity:
    """What Python says of the machine it runs on; any part can be unknown in a recording."""

    system: str | None = None
    release: str | None = None
    machine: str | None = None
    python: str | None = None


class Respondent(Protocol):
    """Answers questions: a live machine or a recording of one."""

    @property
    def identity(self) -> Identity: ...

    def ask(self, source: Source) -> Mapping[str, Reading]:
        """The readings for one source: one key, or many where the source holds a `*`.

        A `*` that matches nothing answers `Missing` under its own key. Never raises.
        """
        ...
