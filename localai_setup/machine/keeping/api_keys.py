"""The key that programs send to the servers of ours: made once, for its owner's eyes alone."""

from __future__ import annotations

import re
import secrets
from pathlib import Path

from . import folders, plain_files
from .writing import write_atomically

#: OpenAI's keys begin so, and some programs insist on it; recordings recognize it as a secret
PREFIX = "sk-local-"
RANDOM_BYTES = 24
#: what can stand in an HTTP header and in a program's settings without quoting
USABLE = re.compile(r"[\w.~+/=-]{8,256}", re.ASCII)


def path() -> Path:
    """The file; whoever wants a key of their own writes it there."""
    return folders.folder("state") / "api-key"


def read() -> str | None:
    """The key; None where none was made yet, or the file holds something else."""
    try:
        found = plain_files.read_text(path()).strip()
    except (OSError, ValueError):
        return None
    return found if USABLE.fullmatch(found) else None


def ensure() -> str:
    """The key, made where there is none.

    Raises:
        OSError: it cannot be kept.

    """
    known = read()
    if known is None:
        known = PREFIX + secrets.token_hex(RANDOM_BYTES)
        write_atomically(path(), f"{known}\n".encode())
    return known
