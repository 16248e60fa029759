"""What the command line says of itself: completion for shells, man pages."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

from .described import described
from .flags import finish

app = typer.Typer()


@app.command()
def completion(
    context: typer.Context,
    shell: Annotated[str, typer.Argument(metavar="SHELL", help="bash, zsh, fish or powershell.")],
) -> None:
    """Print what completes commands, flags, models and uses at a TAB, for your shell.

    For this shell alone: `source <(localai completion bash)`. For every one, write it where the shell
    looks: `~/.local/share/bash-completion/completions/localai`, a `_localai` in zsh's fpath,
    `~/.config/fish/completions/localai.fish`, or PowerShell's profile. Do it again after an upgrade.

    Example: localai completion bash
    """
    from ..commands.completion import completion as command

    finish(command(shell, described(_root(context))))


@app.command()
def man(
    context: typer.Context,
    command: Annotated[
        Optional[list[str]], typer.Argument(metavar="[COMMAND]", help="The page of one command.")
    ] = None,
    write: Annotated[
        Optional[Path], typer.Option("--write", metavar="FOLDER", help="Write all pages there.")
    ] = None,
) -> None:
    """Show the man page of localai, or of one of its commands.

    Example: localai man init
    """
    from ..commands.man import man as run

    finish(run(" ".join(command or ()), described(_root(context)), write))


def _root(context: typer.Context) -> object:
    """Click's command for localai itself."""
    return context.find_root().command
