"""The man pages, of this very version."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from .. import __version__
from ..machine.keeping import plain_files
from ..machine.keeping.writing import write_named
from ..machine.running import manual
from ..model.command_line import CommandLine
from ..model.errors import Exit, LocalaiError, unknown_name
from ..ui import console, manpage

PAGE_MODE = 0o644


def man(name: str, commands: Sequence[CommandLine], folder: Path | None) -> Exit:
    """Show one page, or write all of them into a folder.

    Raises:
        LocalaiError: there is no such command, or the folder cannot be written to.

    """
    if folder:
        return _write(folder, commands)
    known = {one.name: one for one in commands}
    if name not in known:
        raise unknown_name("command", name, filter(None, known), "`localai --help` lists them.")
    text = manpage.page(known[name], commands, __version__)
    if sys.stdout.isatty() and manual.can_show():
        return _shown(text)
    sys.stdout.write(text)
    return Exit.OK


def _shown(text: str) -> Exit:
    """In the pager that `man` uses."""
    return Exit.OK if manual.show(text) == 0 else Exit.PROBLEM


def _write(folder: Path, commands: Sequence[CommandLine]) -> Exit:
    try:
        for one in commands:
            text = manpage.page(one, commands, __version__)
            write_named(folder / f"{manpage.title(one)}.1", text.encode(), PAGE_MODE)
    except plain_files.NoFileError as error:
        raise LocalaiError(f"{error.filename} cannot be replaced: {error.strerror}.") from None
    except OSError as error:
        raise LocalaiError(
            f"{folder} cannot be written to: {error.strerror}.",
            hint="Name a folder of yours, for example `~/.local/share/man/man1`.",
        ) from None
    console.say(f"{len(commands)} pages were written into {folder}.")
    return Exit.OK
