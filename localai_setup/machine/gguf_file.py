"""The header of a model file on this disk."""

from __future__ import annotations

import mmap
from pathlib import Path

from ..fit.gguf import Header, HeaderRefusedError, parse
from ..model.errors import LocalaiError


def read_header(path: Path) -> Header:
    """Read no more than the header; LocalaiError says why a file cannot be sized."""
    try:
        with (
            path.open("rb") as source,
            mmap.mmap(source.fileno(), 0, access=mmap.ACCESS_READ) as data,
        ):
            return parse(data)
    except OSError as error:
        reason = error.strerror or str(error)
    except HeaderRefusedError as refused:
        reason = str(refused)
    except ValueError:
        reason = "it is empty"
    raise LocalaiError(
        f"{path} cannot be read as a GGUF model: {reason}.",
        "Memory is worked out from the description at the start of a GGUF file.",
        "Name a whole GGUF file, for example `localai fit model.gguf --context 8192`.",
    )
