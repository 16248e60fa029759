"""The adapters on this disk: a folder each, with the GGUF file and what is known of it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import chain, count
from pathlib import Path

from ...model.errors import Exit, LocalaiError, unknown_name
from ...model.tuning import Adapter
from ..keeping import folders, kept_json, model_files, patience
from ..keeping.writing import write_atomically

FILE, RECORD = "adapter.gguf", "adapter.json"
#: where a training keeps what it needs to go on; removed once the adapter is proved
RUN = "run"
NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


def folder(name: str) -> Path:
    return folders.folder("data") / "adapters" / name


def file(name: str) -> Path:
    return folder(name) / FILE


def run_folder(name: str) -> Path:
    return folder(name) / RUN


def name_for(text: str) -> str:
    """A name made of the name of a file."""
    plain = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:40].strip("-")
    return plain or "adapter"


def check_name(name: str) -> None:
    """Raises LocalaiError where this cannot be the name of an adapter."""
    if not NAME.fullmatch(name):
        raise LocalaiError(
            f"An adapter cannot be called {name[:60]!r}.",
            "Its name becomes the name of a folder.",
            "Use up to 40 small letters, digits and hyphens.",
            Exit.USAGE,
        )


@dataclass(frozen=True)
class Lesson:
    """What makes an adapter: the hashes of the model's file and of the file of examples."""

    base_sha256: str
    data_sha256: str

    def made(self, adapter: Adapter) -> bool:
        return (adapter.base_sha256, adapter.data_sha256) == (self.base_sha256, self.data_sha256)


def free_name(name: str, lesson: Lesson) -> str:
    """The name itself, or the first of `name-2`, `name-3`… that no other lesson has."""
    numbered = (f"{name[:37]}-{number}" for number in count(2))
    return next(one for one in chain([name], numbered) if is_free(one, lesson))


def is_free(name: str, lesson: Lesson) -> bool:
    """Whether this lesson may take the name. An adapter whose record cannot be read is somebody's, unless
    its training has not ended yet.
    """
    known = find(name)
    if known:
        return lesson.made(known)
    return not file(name).exists() or run_folder(name).exists()


def save(adapter: Adapter) -> None:
    write_atomically(folder(adapter.name) / RECORD, json.dumps(asdict(adapter)).encode())


def all_() -> Iterator[Adapter]:
    """Those that were finished, in the order of their names."""
    for path in sorted((folders.folder("data") / "adapters").glob(f"*/{RECORD}")):
        found = kept_json.read(Adapter, path)
        if found:
            yield found


def required(name: str) -> Adapter:
    """Raises LocalaiError where there is none of this name."""
    check_name(name)
    found = find(name)
    if found is None:
        known = [one.name for one in all_()]
        raise unknown_name("adapter", name, known, "`localai tune list` names those that are here.")
    return found


def find(name: str) -> Adapter | None:
    """None where there is none of this name, or its record cannot be read."""
    return kept_json.read(Adapter, folder(name) / RECORD)


def trouble(name: str) -> str | None:
    """What is wrong with the files of an adapter, as the end of a sentence; None where nothing is. The file is
    small, so that it is hashed each time.
    """
    known = find(name)
    try:
        digest = model_files.sha256_of(file(name))
    except FileNotFoundError:
        return "it is not there"
    except OSError as error:
        return f"it cannot be read ({error.strerror})"
    if known is None:
        return "the record of its training is not there"
    return None if digest == known.sha256 else "its bytes were changed"


def remove(name: str) -> None:
    """The record first, so that an interrupted removal is never taken for an adapter."""
    patience.unlink(folder(name) / RECORD)
    if folder(name).exists():
        patience.remove_tree(folder(name))
