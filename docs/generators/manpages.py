"""docs/man: the man pages, which the wheel brings along as `share/man/man1`."""

from __future__ import annotations

import typer

from localai_setup import __version__
from localai_setup.cli import app
from localai_setup.cli.described import described
from localai_setup.ui import manpage


def pages() -> dict[str, str]:
    commands = described(typer.main.get_command(app))
    return {
        f"man/{manpage.title(one)}.1": manpage.page(one, commands, __version__) for one in commands
    }
