"""Which models localai brought into a server's store: those, and no others, it takes away again."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from ...model.decoding import DecodeError, decode
from ...model.model_server import ServerPlace
from ..keeping import folders, patience, plain_files
from ..keeping.writing import write_atomically
from . import names


@dataclass(frozen=True)
class Store:
    """The models of ours at one server, by their full names, and the hashes of those of their files that
    were there before.
    """

    place: ServerPlace
    models: tuple[str, ...] = ()
    there_before: tuple[str, ...] = ()

    def is_at(self, place: ServerPlace) -> bool:
        """One server is told from another by its address, as its folder may be found out later; one that
        listens elsewhere now is the same where its folder is.
        """
        same_folder = bool(place.models_folder) and self.place.models_folder == place.models_folder
        return same_folder or (self.place.host, self.place.port) == (place.host, place.port)


@dataclass(frozen=True)
class _Saved:
    stores: tuple[Store, ...] = ()


def stores() -> tuple[Store, ...]:
    """All of them; nothing where nothing was saved or the record is damaged."""
    with suppress(OSError, ValueError, RecursionError, DecodeError):
        return decode(_Saved, json.loads(plain_files.read_text(_record()))).stores
    return ()


def is_ours(place: ServerPlace, name: str) -> bool:
    full = names.parse(name).full
    return any(one.is_at(place) and full in one.models for one in stores())


def at(place: ServerPlace) -> Store:
    """What is known of one server."""
    return next((one for one in stores() if one.is_at(place)), Store(place))


def remember(place: ServerPlace, name: str, there_before: Iterable[str] = ()) -> None:
    """Before anything is changed: a kill in the middle must not leave a model that nobody knows.

    Raises:
        OSError: the record cannot be written.

    """
    full = names.parse(name).full
    _change(place, lambda known: tuple(sorted({*known, full})), there_before)


def forget(place: ServerPlace, name: str) -> None:
    """After it is gone.

    Raises:
        OSError: the record cannot be written.

    """
    full = names.parse(name).full
    _change(place, lambda known: tuple(one for one in known if one != full))


def _change(
    place: ServerPlace,
    changed: Callable[[tuple[str, ...]], tuple[str, ...]],
    more: Iterable[str] = (),
) -> None:
    here = at(place)
    others = [one for one in stores() if not one.is_at(place)]
    before = tuple(sorted({*here.there_before, *more}))
    found = replace(here, place=place, models=changed(here.models), there_before=before)
    _write([*others, found] if found.models else others)


def _write(known: list[Store]) -> None:
    if known:
        write_atomically(_record(), json.dumps({"stores": [asdict(one) for one in known]}).encode())
    else:
        patience.unlink(_record())


def _record() -> Path:
    return folders.folder("state") / "brought-models.json"
