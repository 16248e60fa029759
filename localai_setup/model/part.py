"""What of others a set-up uses: the engine, its libraries, the model's files, each with its licence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from .licence import Licence

PartKind = Literal["engine", "library", "model", "projector"]


@dataclass(frozen=True)
class Part:
    """`sha256` are of the files that were fetched for it, in lower case, none where it was here already;
    `bytes` is the size of its one file. `source` is where it comes from: a repository of the hub, a page.
    `task` is what a model does, as the hub calls it. `accepted_at` is when the terms of its licence were
    accepted on this computer, in UTC; empty where nobody did.
    """

    kind: PartKind
    name: str
    licence: Licence
    version: str = ""
    sha256: tuple[str, ...] = ()
    bytes: int | None = None
    source: str = ""
    task: str = ""
    accepted_at: str = ""

    @property
    def at_work(self) -> str:
        """Whether it may be used at work, and why: one sentence, and another for what is asked."""
        return f"{_permission(self.licence)} {_duties(self.licence)}".strip()


def _permission(licence: Licence) -> str:
    name = licence.name or licence.id
    if licence.commercial == "yes":
        return f"May be used at work: {name} allows commercial use."
    if licence.commercial == "no":
        return f"May not be used at work: {name} forbids commercial use."
    if licence.commercial:
        return f"May be used at work under a condition ({name}): {licence.commercial}."
    page = licence.url or "its publisher's page"
    return f"It is not known whether {name} allows use at work: read {page}."


def _duties(licence: Licence) -> str:
    asked = "; ".join(licence.obligations)
    return f"It asks for: {asked}." if asked else ""
