"""The header of a model file on this disk."""

from __future__ import annotations

import mmap
from pathlib import Path

from ...fit.gguf import Header, HeaderRefusedError, join, parse
from ...fit.quants import PART
from ...model.errors import LocalaiError


def read_header(path: Path) -> Header:
    """Read no more than the header; LocalaiError says why a file cannot be sized.

    The first part of a split model stands for all of them, where they lie beside it.
    """
    try:
        parts = _parts(path)
        return join([_one(each, part=len(parts) > 1) for each in parts])
    except FileNotFoundError as error:
        reason = f"{error.filename} is not there"
    except OSError as error:
        reason = error.strerror or str(error)
    except HeaderRefusedError as refused:
        reason = str(refused)
    raise LocalaiError(
        f"{path} cannot be read as a GGUF model: {reason}.",
        "Memory is worked out from the description at the start of a GGUF file.",
        "Name a whole GGUF file, for example `localai fit model.gguf --context 8192`.",
    )


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
    size = path.stat().st_size
    if not size:
        raise HeaderRefusedError("it is empty")
    with path.open("rb") as source, mmap.mmap(source.fileno(), 0, access=mmap.ACCESS_READ) as data:
        return parse(data, size, part=part)
