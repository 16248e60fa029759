"""The disk → what localai keeps there: models, engines, a trainer, own work, downloads, and which files others share."""

from __future__ import annotations

import contextlib
import os
import re
import time
from collections.abc import Iterator
from pathlib import Path

from ...model.errors import LocalaiError
from ...model.model_server import ServerPlace
from ...model.stock import StockItem, StoredFile
from ..running.responding import responds
from . import folders, model_files, removing

_PREFIX = re.compile(r"^[0-9a-f]{12}-")
_PART = ".part"
#: a file of a model that comes in several; alike in all of them is what stands before and after its number
SPLIT = re.compile(r"(.*)-\d{5}(-of-\d{5}\.gguf)")


def items() -> Iterator[StockItem]:
    """Everything of ours that takes space, but for small files of state."""
    kinds = {
        folders.folder("data") / "engines": "engine",
        removing.TRAINERS.folder: "trainer",
        removing.ADAPTERS.folder: "adapter",
        removing.CONVERSATIONS.folder: "conversation",
    }
    yield from map(_model, _models_by_parts())
    for path in removing.ours(keep_models=False):
        parent = path.parent
        if parent == removing.MODELS.folder:
            continue
        elif kind := kinds.get(parent):
            name = path.name.removesuffix(".json")
            yield StockItem(name, kind, str(path), files(path), since=_day(path))
        elif parent in _downloads():
            yield StockItem("downloads", "downloads", str(path), files(path), since=_day(path))
    yield from _served()


def _downloads() -> tuple[Path, ...]:
    cache = folders.folder("cache")
    return cache / "releases", cache / "wheels"


def _models_by_parts() -> list[list[Path]]:
    """What lies among the models; the parts of one that comes in several files together."""
    groups: dict[str, list[Path]] = {}
    for path in removing.of(removing.MODELS):
        split = SPLIT.match(path.name)
        groups.setdefault(split[1] + split[2] if split else path.name, []).append(path)
    return list(groups.values())


def _model(paths: list[Path]) -> StockItem:
    path, *others = paths
    name = _PREFIX.sub("", path.name)
    is_complete = not (any(_PART in one.name for one in paths) or name.startswith("unpacking-"))
    kind = "model" if is_complete else "interrupted download"
    found = tuple(file for one in paths for file in files(one))
    further = tuple(map(str, others))
    return StockItem(
        name, kind, str(path), found, _sharer(path, found), _day(path), further=further
    )


def files(path: Path) -> tuple[StoredFile, ...]:
    """The file, or all below the folder; links that only lead elsewhere take nothing."""
    if not path.is_dir() or path.is_symlink():
        return tuple(_file(path))
    below = (Path(place, name) for place, _, names in os.walk(path) for name in names)
    return tuple(found for one in below for found in _file(one))


def _file(path: Path) -> Iterator[StoredFile]:
    with contextlib.suppress(OSError):
        found = path.lstat()
        if not path.is_symlink():
            yield StoredFile((found.st_dev, found.st_ino), found.st_size, found.st_nlink)


def _day(path: Path) -> str:
    try:
        return time.strftime("%Y-%m-%d", time.gmtime(path.lstat().st_mtime))
    except (OSError, ValueError):
        return ""


def _sharer(path: Path, found: tuple[StoredFile, ...]) -> str:
    """Which program has the same file: by where a link leads, or by its further names."""
    if path.is_symlink():
        return _owner(Path(os.path.realpath(path)))
    if all(one.names < 2 for one in found):  # noqa: PLR2004  one name is its own
        return ""
    same = {one.identity for one in found}
    for name, folder in _foreign_folders():
        for other in removing.children(folder):
            if {one.identity for one in _file(other)} & same:
                return name
    return "another program"


def _owner(path: Path) -> str:
    found = (name for name, folder in _foreign_folders() if folder.resolve() in path.parents)
    return next(found, "another program")


def _foreign_folders() -> Iterator[tuple[str, Path]]:
    """Where others keep files under their hash: the engines' blobs (ours too), and the hub's cache. One on a
    mount that no longer answers is passed over.
    """
    yield "Ollama", folders.folder("data") / "ollama" / "models" / "blobs"
    for name, path in model_files.engine_blobs(""):
        if responds(str(path.parent)):
            yield name, path.parent
    cache = model_files.hub_cache()
    if responds(str(cache)):
        yield from (("the Hugging Face cache", one / "blobs") for one in removing.children(cache))


def _served() -> Iterator[StockItem]:
    """Models of ours in the folder of a model server, with the files that no other model there uses."""
    from ..ollama import names, our_models
    from ..ollama.store import Store

    for known in our_models.stores():
        if not known.place.models_folder:
            continue
        store = Store(Path(known.place.models_folder))
        for name in known.models:
            try:
                path = store.manifest_path(names.parse(name))
            except LocalaiError:
                continue
            blobs = _blobs_of(store, path)
            found = tuple(file for blob in blobs for file in _file(blob))
            plain = name.removesuffix(":latest").removeprefix("localai-")
            yield StockItem(plain, "model in Ollama", str(path), found, "", _day(path), served=name)


def _blobs_of(store: object, path: Path) -> list[Path]:
    from ..ollama.store import Store

    assert isinstance(store, Store)
    mine: set[str] = set()
    others: set[str] = set()
    for place, manifest in store.all_manifests():
        (mine if place == path else others).update(one.sha256 for one in manifest.files)
    return [store.blob(one) for one in sorted(mine - others)]


def place_of(item: StockItem) -> ServerPlace | None:
    """The model server that has it."""
    from ..ollama import our_models

    return next((one.place for one in our_models.stores() if item.served in one.models), None)
