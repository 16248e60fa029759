"""The file that names a server of ours, so that later commands find the very process again."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

from ...model.decoding import decode
from ...model.server import Running
from ..keeping import plain_files
from ..keeping.writing import write_atomically
from .processes import Processes, Started

LAST_PORT = 65535


def alive(record: Path, processes: Processes) -> Running | None:
    """The server that is alive now; a record of one that is gone is no server."""
    try:
        found = decode(Running, json.loads(plain_files.read_text(record)))
    except (OSError, ValueError, RecursionError):
        return None
    if not 0 < found.port <= LAST_PORT:
        return None
    return found if processes.named(found.pid) == process_of(found) else None


def process_of(running: Running) -> Started:
    return Started(running.pid, running.create_time)


def write(record: Path, running: Running) -> None:
    """Raises OSError where it cannot be written."""
    write_atomically(record, json.dumps(asdict(running)).encode())
