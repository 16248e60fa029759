"""Which licences a person accepted on this computer, when, and under which terms."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime, timezone
from pathlib import Path

from ...model.licence import Licence
from . import folders, kept_json
from .writing import write_atomically

SCHEMA = "localai.acceptances/1"


@dataclass(frozen=True)
class Acceptance:
    """`terms` is `Licence.terms`, as they were shown. `at` is in UTC, as `2026-11-28T17:02:03Z`."""

    id: str
    url: str
    terms: str
    at: str


@dataclass(frozen=True)
class _Document:
    accepted: tuple[Acceptance, ...] = ()


def path() -> Path:
    return folders.folder("state") / "licences.json"


def load() -> tuple[Acceptance, ...]:
    """All of them; none where the file is missing or damaged, so that they are asked for again."""
    return (kept_json.read(_Document, path()) or _Document()).accepted


def of(licence: Licence) -> Acceptance | None:
    """When these very terms were accepted; changed ones have to be accepted again."""
    return next((one for one in load() if one.terms == licence.terms), None)


def keep(licence: Licence) -> None:
    """Remember it, in place of an older acceptance of the same licence.

    Raises:
        OSError: it cannot be written.

    """
    now = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    new = Acceptance(licence.id, licence.url, licence.terms, now)
    others = [one for one in load() if one.id != new.id]
    document = {"schema": SCHEMA, "accepted": [asdict(one) for one in (*others, new)]}
    write_atomically(path(), json.dumps(document, indent=1).encode())
