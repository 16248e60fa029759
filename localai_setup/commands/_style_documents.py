"""The documents of a folder that a person names, read from the disk."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from ..machine.keeping import plain_files
from ..model.errors import Exit, LocalaiError
from ..model.sizes import size_words
from ..tuning.documents import Document

#: Of all documents together: what is trained with at home is a small part of that.
MOST_BYTES = 64 * 1024 * 1024
#: What looks like a file of examples is named by itself.
EXAMPLES = (".jsonl", ".csv", ".tsv", ".json")


def of(folder: Path) -> tuple[Document, ...]:
    """Those in it and in its folders, in the order of their names; hidden ones are none.

    Raises:
        LocalaiError: one cannot be read, holds examples, or they are too large together.

    """
    found, size = [], 0
    for path in _files(folder):
        if path.suffix.lower() in EXAMPLES:
            raise _refused(f"{path} may hold examples", "name that file by itself")
        found.append(Document(path.relative_to(folder).as_posix(), _content(path)))
        size += len(found[-1].content)
        if size > MOST_BYTES:
            words = f"{folder} has more than {size_words(MOST_BYTES)}"
            raise _refused(words, "choose the documents that are written best")
    return tuple(found)


def _files(folder: Path) -> Iterator[Path]:
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(one for one in folders if not one.startswith("."))
        for name in sorted(files):
            path = Path(place, name)
            if not name.startswith(".") and path.is_file():  # no pipe and no device
                yield path


def _content(path: Path) -> bytes:
    try:
        with plain_files.opened(path) as file:
            return file.read(MOST_BYTES + 1)
    except OSError as error:
        raise _refused(
            f"{path} cannot be read ({error.strerror or error})", "take it out of the folder"
        ) from None


def _refused(what: str, todo: str) -> LocalaiError:
    return LocalaiError(
        f"{what}: {todo}.",
        "A folder of documents teaches how they are written.",
        "Name a folder of texts, or one file of examples.",
        Exit.USAGE,
    )
