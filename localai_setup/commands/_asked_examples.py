"""The file of examples: the one that was named, or one that the person at the terminal names until one can be used."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ..model.errors import Exit, LocalaiError
from ..tuning.examples import Data
from ..ui import asked_path, console
from . import _taught
from ._taught import Checked

Shows = Callable[[Data], object]

QUESTION = "Which file holds your examples?"
WHY = (
    "Each example is a question with the answer that you want. A table does: question,answer in its "
    "first line, one example in each line below, saved as CSV. JSON lines and JSON lists do as well; "
    "a folder of documents teaches how they are written.\n"
    "Tab completes a name, a file can be dropped here, Ctrl-C leaves."
)


def named(file: str, show: Shows) -> tuple[Path, Checked]:
    """Where the file is, and what of it can be used; `show` is given that first.

    Raises:
        LocalaiError: it cannot be read, or has too few examples.

    """
    path = _path(file)
    checked = _taught.checked(path)
    show(checked.data)
    _taught.require_enough(checked.data)
    return path, checked


def asked(show: Shows) -> tuple[Path, Checked]:
    """As `named`, of the file that is named at the terminal; asked again where that one cannot be used.

    Raises:
        KeyboardInterrupt, EOFError: the person leaves.

    """
    why = WHY
    while True:
        file = asked_path.ask(QUESTION, why)
        try:
            return named(file, show)
        except LocalaiError as error:
            why = f"{error.what} {error.hint} Ctrl-C leaves."


def require_somebody(*, yes: bool) -> None:
    """Raises LocalaiError where nobody is there to name a file, or wants to be asked."""
    if console.is_interactive() and not yes:
        return
    raise LocalaiError(
        "No file of examples is named.",
        "A model is taught by examples of questions and the answers that you want.",
        "`localai tune FILE`; docs/guides/tune.md shows how such a file looks.",
        Exit.USAGE,
    )


def _path(typed: str) -> Path:
    try:
        return Path(typed).expanduser()
    except RuntimeError:  # the home of an account that is not there
        return Path(typed)
