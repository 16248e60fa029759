"""Files in somebody's models folder that no model names: Ollama takes them away with the last model that
does, and that may be ours. Those that were there before localai stay.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ...model.model_server import OwnModel
from ..keeping import patience
from . import names
from .manifests import DamagedManifestError, Layer
from .store import Store

ASIDE = ".localai-stays-"


def there_before(store: Store | None, own: OwnModel, ours: Iterable[str]) -> tuple[str, ...]:
    """Of a model's files those that the folder has already, by another way than our models `ours`."""
    if store is None:
        return ()
    named = {one.sha256 for name in ours for one in named_by(store, name)}
    parts = {one.sha256 for one in own.parts} - named
    return tuple(sorted(one for one in parts if store.blob(one).exists()))


def named_by(store: Store, name: str) -> tuple[Layer, ...]:
    """The files of a model; none where there is none, or nobody can read what it names."""
    try:
        manifest = store.manifest(names.parse(name))
    except (OSError, DamagedManifestError):
        return ()
    return manifest.files if manifest else ()


@contextmanager
def staying(store: Store | None, hashes: Collection[str]) -> Iterator[None]:
    """Whatever goes in between, these files are there afterwards if they were before."""
    aside = dict(_set_aside(store, hashes) if store else ())
    try:
        yield
    finally:
        for blob, second in aside.items():
            if blob.exists():
                patience.unlink(second)
            else:
                patience.replace(second, blob)


def _set_aside(store: Store, hashes: Collection[str]) -> Iterator[tuple[Path, Path]]:
    """A second name for each; none where the folder is not ours to write to."""
    for sha256 in hashes:
        blob = store.blob(sha256)
        second = blob.with_name(f"{ASIDE}{sha256}")
        with suppress(OSError):
            patience.unlink(second)
            os.link(blob, second)
            yield blob, second
