"""The header of a model file on this disk."""

from __future__ import annotations

import mmap
import os
from pathlib import Path

from ...fit.gguf import FileCutError, Header, HeaderCutError, HeaderRefusedError, join, parse
from ...fit.quants import PART
from ...fit.vocabulary import token_texts
from ...model.errors import LocalaiError
from . import plain_files


def read_header(path: Path) -> Header:
    """Read no more than the header; LocalaiError says why a file cannot be sized.

    The first part of a split model stands for all of them, where they lie beside it.
    """
    hint = "Name a complete GGUF file of a model; its name ends in .gguf."
    try:
        parts = _parts(path)
        return join([_one(each, part=len(parts) > 1) for each in parts])
    except FileNotFoundError as error:
        reason = f"{error.filename} is not there"
        hint = "Look at the path, or download the file that is missing."
    except OSError as error:
        reason = error.strerror or str(error)
    except (FileCutError, HeaderCutError) as refused:
        reason, hint = str(refused), "It was cut short: download it again."
    except HeaderRefusedError as refused:
        reason = str(refused)
    raise LocalaiError(
        f"{path} cannot be read as a GGUF model: {reason}.",
        "What a model is and needs stands at the start of its GGUF file.",
        hint,
    )


def read_tokens(path: Path) -> tuple[bytes, ...]:
    """Every token of a model whose header was read, in order; LocalaiError where it has none."""
    try:
        with (
            plain_files.opened(path) as source,
            mmap.mmap(source.fileno(), 0, access=mmap.ACCESS_READ) as data,
        ):
            return token_texts(data)
    except (OSError, HeaderRefusedError) as error:
        raise LocalaiError(f"The vocabulary of {path} cannot be read: {error}.") from None


def _parts(path: Path) -> list[Path]:
    """The file itself, or all parts of the model that it is the first part of."""
    named = PART.match(path.stem)
    if named is None or int(named[2]) != 1:
        return [path]
    count = int(named[3])
    return [
        path.with_name(f"{named[1]}-{at:05}-of-{count:05}{path.suffix}")
        for at in range(1, count + 1)
    ]


def _one(path: Path, *, part: bool) -> Header:
    with plain_files.opened(path) as source:
        size = os.fstat(source.fileno()).st_size
        if not size:
            raise HeaderRefusedError("it is empty")
        with mmap.mmap(source.fileno(), 0, access=mmap.ACCESS_READ) as data:
            return parse(data, size, part=part)
