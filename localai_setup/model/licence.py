"""Under which terms a model may be used."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Licence:
    """`needs_acceptance` is set where the licence or its gate asks for a yes before use.

    `commercial` says in words whether commercial use is allowed.
    """

    id: str
    needs_acceptance: bool
    url: str = ""
    name: str = ""
    commercial: str = ""
    obligations: tuple[str, ...] = ()
