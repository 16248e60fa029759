"""A program that tells how far it is, line by line, while it works for us."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..keeping import folders, plain_files
from .processes import GOODBYE_SECONDS, WORKER, environment_for

#: A line that does not end is none of a program of ours.
MOST_LINE_BYTES = 1024 * 1024


class EndedError(Exception):
    """It ended with this exit code, negative for a signal."""

    def __init__(self, exit_code: int) -> None:
        super().__init__(f"exit code {exit_code}")
        self.exit_code = exit_code


@dataclass(frozen=True)
class Program:
    """`log` gets what it says on its standard error; it works in `folder`, with `extra` in its environment.

    Its standard input stays open and empty for as long as this process lives, so that it can see when
    nobody listens any more, however this process ended.
    """

    argv: Sequence[str]
    log: Path
    folder: Path
    extra: Mapping[str, str]

    def lines(self) -> Iterator[bytes]:
        """What it prints, until it ends. It is ended where the caller stops listening.

        Raises:
            EndedError: not with exit code 0.
            OSError: it cannot be started.

        """
        with (
            plain_files.opened_to_append(self.log) as errors,
            self._started(errors.fileno()) as process,
        ):
            assert process.stdout
            try:
                while line := process.stdout.readline(MOST_LINE_BYTES):
                    yield line
                code = process.wait()
            except BaseException:
                end(process)
                raise
        if code:
            raise EndedError(code)

    def _started(self, errors: int) -> subprocess.Popen[bytes]:
        mark = {WORKER: str(folders.folder("data"))}
        return subprocess.Popen(
            list(self.argv),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            env={**environment_for(self.extra), **mark},
            cwd=self.folder,
        )


def end(process: subprocess.Popen[bytes]) -> None:
    """Ask it to leave, then make it."""
    process.terminate()
    try:
        process.wait(GOODBYE_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
