"""The end of a growing file, and of the older one beside it (see `running/_log_keeper.py`)."""

from __future__ import annotations

import io
import time
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from . import plain_files

#: How the line begins that stands where older lines were moved out of the file, as it is read.
SEAM = "~~~~ localai: the lines before this one are in "
POLL_SECONDS = 0.3


def last_lines(path: Path, count: int) -> list[str]:
    """Over the seam: where the file itself has fewer, those of the older one before them."""
    return list(deque(_lines(path), maxlen=count))


def _lines(path: Path) -> Iterator[str]:
    """The start of the file, what was moved out of it since, the rest."""
    with _opened(path) as file:
        for line in file:
            if line.startswith(SEAM):
                yield from _older(path)
            else:
                yield line.rstrip("\n")


def _older(path: Path) -> Iterator[str]:
    try:
        with _opened(path.with_name(f"{path.name}.1")) as file:
            for line in file:
                yield line.rstrip("\n")
    except OSError:
        return


def _opened(path: Path) -> TextIO:
    return io.TextIOWrapper(plain_files.opened(path), "utf-8", "replace")


def follow(path: Path) -> Iterator[str]:
    """New lines as they are written, without end, also over a seam that comes meanwhile."""
    with _opened(path) as file:
        file.seek(0, 2)
        while True:
            line = file.readline()
            if line:
                yield line.rstrip("\n")
            elif path.stat().st_size < file.tell():
                _to_newest(file)
            else:
                time.sleep(POLL_SECONDS)


def _to_newest(file: TextIO) -> None:
    """After the file was cut: behind its seam, or to its start where a new server began it."""
    file.seek(0)
    while line := file.readline():
        if line.startswith(SEAM):
            return
    file.seek(0)
