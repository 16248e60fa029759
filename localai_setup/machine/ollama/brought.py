"""Which models localai brought into a server's store: those, and no others, it takes away again."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

from ...model.model_server import ServerPlace
from ..keeping import folders
from ..keeping.writing import write_atomically
from . import names


def is_ours(place: ServerPlace, name: str) -> bool:
    return names.parse(name).full in _saved().get(_key(place), ())


def remember(place: ServerPlace, name: str) -> None:
    """Before anything is changed: a kill in the middle must not leave a model that nobody knows.

    Raises:
        OSError: the record cannot be written.

    """
    known = _saved()
    known[_key(place)] = sorted({*known.get(_key(place), ()), names.parse(name).full})
    _write(known)


def forget(place: ServerPlace, name: str) -> None:
    """After it is gone.

    Raises:
        OSError: the record cannot be written.

    """
    known = _saved()
    known[_key(place)] = [
        one for one in known.get(_key(place), ()) if one != names.parse(name).full
    ]
    _write({key: each for key, each in known.items() if each})


def _key(place: ServerPlace) -> str:
    return "own" if place.is_ours else f"{place.host}:{place.port}"


def _saved() -> dict[str, list[str]]:
    """Server → names; empty where nothing was saved or it is damaged."""
    with suppress(OSError, ValueError, RecursionError, TypeError, AttributeError):
        found = json.loads(_record().read_text(encoding="utf-8"))
        return {str(key): [str(one) for one in each] for key, each in found.items()}
    return {}


def _write(known: dict[str, list[str]]) -> None:
    if known:
        write_atomically(_record(), json.dumps(known).encode())
    else:
        _record().unlink(missing_ok=True)


def _record() -> Path:
    return folders.folder("state") / "brought-models.json"
