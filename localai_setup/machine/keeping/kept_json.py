"""A small file of ours as the dataclass that it was written from."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TypeVar

from ...model.decoding import DecodeError, decode
from . import plain_files

T = TypeVar("T")


def read(kind: type[T], file: Path) -> T | None:
    """What it holds; None where it is missing or damaged."""
    try:
        return decode(kind, json.loads(plain_files.read_text(file)))
    except (OSError, ValueError, RecursionError, DecodeError):
        return None
