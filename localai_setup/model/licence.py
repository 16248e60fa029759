"""Under which terms a model may be used."""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import sha256


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

    @property
    def terms(self) -> str:
        """The identity of what a person is shown before a yes, as a sha256: other terms, another yes."""
        shown = [self.id, self.name, self.url, self.commercial, *self.obligations]
        return sha256(json.dumps(shown).encode()).hexdigest()
