"""A person's file of examples, read and checked, and turned into tokens by the server that will answer."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from ..machine.asking.redact import without_secrets
from ..machine.keeping import plain_files
from ..machine.tuning.tokens import Row, Tokens
from ..model.errors import Exit, LocalaiError
from ..model.progress import Progress, Report
from ..model.sizes import size_words
from ..tuning import checking, documents, parting, reading
from ..tuning.examples import Data, Example, Fault, Kind, Weight
from ..tuning.parting import Parted
from . import _style_documents

#: More than anybody trains with at home, and what fits into memory several times.
MOST_BYTES = 64 * 1024 * 1024
#: Of a name that cannot be read; the longest that a file can have on most systems is 255.
MOST_NAME = 100
#: Longer examples take memory that the others do not need.
MOST_TOKENS = 2048


@dataclass(frozen=True)
class Taught:
    """What is learned and what proves it, as examples and as tokens in the same order."""

    data: Data
    parted: Parted
    train: tuple[Row, ...]
    held_back: tuple[Row, ...]
    sha256: str

    @property
    def longest(self) -> int:
        return max(len(one.tokens) for one in self.train)


@dataclass(frozen=True)
class Checked:
    """The examples that can be used, what is wrong with the others, and the hash of the file."""

    data: Data
    sha256: str


def checked(path: Path) -> Checked:
    """The examples of a file, or of a folder of documents.

    Raises:
        LocalaiError: it cannot be read, or is no file of examples at all.

    """
    if os.path.isdir(path):  # unlike Path.is_dir it takes a name of any length
        found = _style_documents.of(path)
        return _checked(documents.read(found), *(part for one in found for part in one.parts))
    content = _content(path)
    return _checked(reading.read(content), content)


def _checked(data: Data, *contents: bytes) -> Checked:
    hashed = sha256()
    for content in contents:
        hashed.update(content)
    return Checked(
        checking.check(data, lambda text: without_secrets(text) != text), hashed.hexdigest()
    )


def _content(path: Path) -> bytes:
    """Of a pipe as well, which has no size. Raises LocalaiError where it cannot be read, or has no end."""
    try:
        with plain_files.opened_stream(path) as file:
            content = file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        raise _unreadable(str(path), getattr(error, "strerror", None) or str(error)) from None
    if len(content) > MOST_BYTES:
        raise LocalaiError(
            f"{path} has more than {size_words(MOST_BYTES)}, which is the most that is read.",
            "Some hundred good examples teach more than a million mixed ones.",
            "Choose the best ones.",
            Exit.USAGE,
        )
    return content


def _unreadable(name: str, why: str) -> LocalaiError:
    """Somebody who pastes an example where a file is asked for sees its beginning, and what is asked for."""
    shown = name if len(name) <= MOST_NAME else f"{name[:MOST_NAME]}…"
    return LocalaiError(
        f"{shown} cannot be read: {why}.", hint="Name a file of examples.", exit_code=Exit.USAGE
    )


def taught(found: Checked, tokens: Tokens, context: int, report: Report) -> Taught:
    """The examples parted, and in tokens. Those longer than the context, or than what is trained with, are
    left out.

    Raises:
        LocalaiError: too few are left, or the server does not answer.

    """
    limit = min(context, MOST_TOKENS)
    rows: dict[Example, Row] = {}
    faults: list[Fault] = []
    count = len(found.data.examples)
    for number, example in enumerate(found.data.examples):
        report(Progress("reading the examples", number, count, f"{number} of {count}"))
        row = tokens.row(example)
        if len(row.tokens) <= limit:
            rows[example] = row
        else:
            words = f"it has {len(row.tokens)} tokens; up to {limit} can be learned"
            faults.append(checking.at(example, Fault(Kind.TOO_LONG, words, weight=Weight.LEFT_OUT)))
    data = replace(
        found.data,
        examples=tuple(rows),
        faults=(*found.data.faults, *faults),
    )
    parted = parted_of(data)
    train, held_back = (
        tuple(rows[one] for one in side) for side in (parted.train, parted.held_back)
    )
    return Taught(data, parted, train, held_back, found.sha256)


def parted_of(data: Data) -> Parted:
    """Those to learn from and those to prove it with. Raises LocalaiError where they are too few."""
    require_enough(data)
    parted = parting.part(data.examples)
    _require_both(parted)
    return parted


def _require_both(parted: Parted) -> None:
    """Raises LocalaiError where all questions are the same, or nearly."""
    if parted.held_back and len(parted.train) >= parting.NEEDED - parting.LEAST:
        return
    raise LocalaiError(
        "Too many examples have the same question.",
        "Of several answers to one question a model learns none, and nothing is left to prove it with.",
        "Write into each question what makes its answer another one.",
    )


def require_enough(data: Data) -> None:
    """Raises LocalaiError where too few can be used to train with some and prove it with others."""
    if len(data.examples) >= parting.NEEDED:
        return
    raise LocalaiError(
        f"Only {data.count_words} can be used; at least {parting.NEEDED} are needed, "
        f"{checking.FEW} or more are better.",
        "Some are learned from, and others are held back to see whether it helped.",
        "Correct the lines that are named above, or write more examples. With very few, put them into "
        "the question instead: `localai chat --system`.",
        Exit.PROBLEM,
    )
