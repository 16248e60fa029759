"""Programs on the machine, run to their end, and in words how they failed."""

from __future__ import annotations

import os
import subprocess

#: how localai begins the line that says what went wrong
ERROR = "error: "


class TroubleError(Exception):
    """What went wrong, in words for whoever reads the report."""


def run(argv: list[str], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """To its end; what cannot be started is told in words."""
    try:
        return subprocess.run(
            argv,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
        )
    except OSError as error:
        raise TroubleError(f"{argv[0]} cannot be started: {error.strerror}.") from None


def must(argv: list[str], environment: dict[str, str]) -> None:
    done = run(argv, environment)
    if done.returncode:
        raise TroubleError(failure(argv, done))


def failure(argv: list[str], done: subprocess.CompletedProcess[str]) -> str:
    """The command, how it ended, and its last words."""
    lines = [one.strip() for one in (done.stderr or "").splitlines() if one.strip()]
    errors = [one[len(ERROR) :] for one in lines if one.startswith(ERROR)]
    words = next(iter([*errors, *reversed(lines)]), "")
    how = f"exit code {done.returncode}" if done.returncode >= 0 else f"signal {-done.returncode}"
    program = " ".join([os.path.basename(argv[0]), *argv[1:2]])
    return f"`{program}` failed there ({how}): {words or 'it printed nothing'}"
