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
from ..keeping import device_names, folders, kept_json, model_files, patience
from ..keeping.writing import write_atomically

FILE, RECORD, BEGUN = "adapter.gguf", "adapter.json", "begun.json"
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
    return "adapter" if not plain or device_names.is_device(plain) else plain


def check_name(name: str) -> None:
    """Raises LocalaiError where this cannot be the name of an adapter."""
    if not NAME.fullmatch(name) or device_names.is_device(name):
        raise LocalaiError(
            f"An adapter cannot be called {name[:60]!r}.",
            "Its name becomes the name of a folder.",
            "Use up to 40 small letters, digits and hyphens, and no name of a device of Windows (con, nul).",
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
    """Whether this lesson may take the name. An adapter whose record cannot be read is somebody's, and so is
    a training that was interrupted.
    """
    known, begun = find(name), begun_as(name)
    if known or begun:
        return lesson.made(known) if known else begun is not None and begun.lesson == lesson
    if run_folder(name).exists():
        return not any(run_folder(name).iterdir())
    return not file(name).exists()


def name_of(lesson: Lesson) -> str:
    """Of the adapter that this lesson made, or of its training that was interrupted; empty without."""
    finished = (one.name for one in all_() if lesson.made(one))
    begun = (name for name, one in interrupted().items() if one and one.lesson == lesson)
    return next(chain(finished, begun), "")


@dataclass(frozen=True)
class Begun:
    """A training that has not ended; `data` is the absolute path of its examples."""

    lesson: Lesson
    data: str


def begin(name: str, begun: Begun) -> None:
    """Before the first step: what was interrupted is told by it."""
    write_atomically(run_folder(name) / BEGUN, json.dumps(asdict(begun)).encode())


def begun_as(name: str) -> Begun | None:
    return kept_json.read(Begun, run_folder(name) / BEGUN)


def interrupted() -> dict[str, Begun | None]:
    """The trainings that have not ended by their names; None where it is not known what they learn."""
    folders_ = sorted((folders.folder("data") / "adapters").glob(f"*/{RUN}"))
    names = (one.parent.name for one in folders_)
    return {name: begun_as(name) for name in names if find(name) is None}


def save(adapter: Adapter) -> None:
    write_atomically(folder(adapter.name) / RECORD, json.dumps(asdict(adapter)).encode())


def all_() -> Iterator[Adapter]:
    """Those that were finished, in the order of their names."""
    for path in sorted((folders.folder("data") / "adapters").glob(f"*/{RECORD}")):
        found = kept_json.read(Adapter, path)
        if found:
            yield found


def required(name: str) -> Adapter:
    """Raises LocalaiError where there is none of this name that was finished."""
    check_name(name)
    found = find(name)
    if found is None:
        raise _unknown(name, [one.name for one in all_()])
    return found


def require_here(name: str) -> None:
    """Raises LocalaiError where nothing of this name is here, finished or not."""
    check_name(name)
    if not folder(name).exists():
        raise _unknown(name, [*(one.name for one in all_()), *interrupted()])


def _unknown(name: str, known: list[str]) -> LocalaiError:
    return unknown_name("adapter", name, known, "`localai tune list` names those that are here.")


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
