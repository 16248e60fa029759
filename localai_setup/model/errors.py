"""Expected trouble and the exit codes of `docs/reference/exit-codes.md`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that was probably meant."""
    import difflib

    return next(iter(difflib.get_close_matches(name, list(known), 1)), None)


def listed(names: Sequence[str]) -> str:
    """`a, b or c`."""
    *first, last = names
    return f"{', '.join(first)} or {last}" if first else last


def unknown_name(kind: str, name: str, known: Iterable[str], otherwise: str) -> LocalaiError:
    """That there is no such name, with the nearest one, or `otherwise` what to do."""
    near = nearest(name, known)
    hint = f"Did you mean `{near}`?" if near else otherwise
    return LocalaiError(f"There is no {kind} called {name}.", hint=hint, exit_code=Exit.USAGE)
