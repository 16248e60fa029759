"""How a server of ours is started: on a port that is free, and waited for until it answers."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ...model.server import Running
from . import ports, server_record
from .processes import Processes, Started

POLL_SECONDS = 0.05

#: Starts it on this port; the process, and what its record says.
Spawn = Callable[[int], tuple[subprocess.Popen[bytes], Running]]


class LateError(Exception):
    """It lives and does not answer."""


@dataclass(frozen=True)
class Starter:
    """`is_ready` tells whether a server answers on a port; `mark` is the variable in the environment of
    each server that names its `record`.
    """

    processes: Processes
    record: Path
    mark: str
    is_ready: Callable[[int], bool]

    def start(self, first_port: int, spawn: Spawn, limit_seconds: float) -> Running | int:
        """The server that answers, or the exit code of one that died; on the first port that is free, and
        still is when the server takes it, seconds later.

        Raises:
            LateError: it lives and did not answer in time.

        """
        for port in ports.free_ports(first_port):
            process, running = spawn(port)
            if self._answers(process, running, limit_seconds):
                return running
            if ports.is_free(port):
                break
        return process.returncode

    def _answers(
        self, process: subprocess.Popen[bytes], running: Running, limit_seconds: float
    ) -> bool:
        """Wait until it answers; False where it died. What answers on its port may be another program."""
        deadline = time.monotonic() + limit_seconds
        while process.poll() is None:
            if self.is_ready(running.port) and self.processes.listens(running.pid, running.port):
                return True
            if time.monotonic() > deadline:
                raise LateError
            time.sleep(POLL_SECONDS)
        return False

    def end_all(self, running: Running | None) -> bool:
        """The recorded one, any that was started a moment before its starter was killed, and what one that
        was killed had started itself. Whether there was anything to end.
        """
        if running:
            self.processes.end(server_record.process_of(running))
        strays = self.strays()
        for stray in strays:
            self.processes.end(stray)
        return bool(running or strays)

    def strays(self) -> list[Started]:
        """Processes that carry our mark in their environment: no other program has it."""
        return self.processes.marked(self.mark, str(self.record))
