"""Expected trouble and the exit codes of `docs/reference/exit-codes.md`."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """What the shell is told."""

    OK = 0
    PROBLEM = 1
    USAGE = 2
    NOTHING_FITS = 3
    NEEDS_YES = 4
    BUG = 70
    INTERRUPTED = 130


class LocalaiError(Exception):
    """Trouble we foresaw: what happened, why it matters, what to do. Shown without a traceback."""

    def __init__(
        self, what: str, why: str = "", hint: str = "", exit_code: Exit = Exit.PROBLEM
    ) -> None:
        super().__init__(what)
        self.what, self.why, self.hint, self.exit_code = what, why, hint, exit_code
