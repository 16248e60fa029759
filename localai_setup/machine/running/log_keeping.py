"""A server with its log keeper: a small program beside it that keeps the log from growing without end."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO

#: Of the log, and as much again of the older one beside it. A request takes some 500 bytes.
MOST_BYTES = 8 * 1024 * 1024
#: What a server writes until it answers was at most 120 kB (a model of 800 tensors, verbose).
HEAD_BYTES = 256 * 1024
POLL_SECONDS = 5.0
#: Without a window on Windows; elsewhere there is no such flag.
HIDDEN = getattr(subprocess, "CREATE_NO_WINDOW", 0)

#: They end with their servers, and so may outlive us; nobody waits for them.
_keepers: list[subprocess.Popen[bytes]] = []

#: Starts the server with these open files beside the usual ones.
Spawn = Callable[[tuple[int, ...]], subprocess.Popen[bytes]]


def started(log: Path, output: IO[bytes], spawn: Spawn) -> subprocess.Popen[bytes]:
    """The server, with a keeper of its log where one can be started. `output` is the log, open.

    Raises:
        OSError: the server cannot be started.

    """
    if sys.platform == "win32":
        process = spawn(())
        _keep(log, output, subprocess.DEVNULL, [str(process.pid)])
        return process
    ours, theirs = os.pipe()
    try:
        process = spawn((theirs,))
        _keep(log, output, ours, [])
    finally:
        os.close(ours)
        os.close(theirs)
    return process


def _keep(log: Path, output: IO[bytes], stdin: int, process: Sequence[str]) -> None:
    """Its environment is bare: it is no server of ours, and holds no secret of anybody's."""
    script = Path(__file__).with_name("_log_keeper.py")
    limits = [str(MOST_BYTES), str(HEAD_BYTES), str(POLL_SECONDS)]
    bare = {name: os.environ[name] for name in ("SYSTEMROOT",) if name in os.environ}
    with contextlib.suppress(OSError):  # no more processes are allowed: the server is worth more
        _keepers.append(
            subprocess.Popen(
                [sys.executable, "-I", "-S", str(script), str(log), *limits, *process],
                stdin=stdin,
                stdout=output,
                stderr=subprocess.DEVNULL,
                env=bare,
                creationflags=HIDDEN,
                start_new_session=True,
                cwd=None if sys.platform == "win32" else "/",
            )
        )
