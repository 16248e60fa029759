"""`localai models …`."""

from __future__ import annotations

from typing import Annotated

import typer

from .flags import Json, NoColor, Offline, Verbose, Yes, finish, options

app = typer.Typer(
    help="What takes space on the disk, what of it is used, and since when.\n\nExample: localai models",
)


@app.callback(invoke_without_command=True)
def models(
    context: typer.Context,
    json: Json = False,
    verbose: Verbose = False,
    offline: Offline = False,
    no_color: NoColor = False,
) -> None:
    """What takes space on the disk, what of it is used, and since when.

    Example: localai models
    """
    if context.invoked_subcommand is None:
        from ..commands.models import models as command

        finish(command(options(json, verbose, offline, no_color)))


@app.command()
def remove(
    name: Annotated[str, typer.Argument(metavar="NAME", help="As `localai models` names it.")],
    yes: Yes = False,
    json: Json = False,
    verbose: Verbose = False,
    offline: Offline = False,
    no_color: NoColor = False,
) -> None:
    """Remove a model or an engine that localai brought and that is not in use.

    Example: localai models remove qwen3.5-4b
    """
    from ..commands.models import remove as command

    finish(command(options(json, verbose, offline, no_color), name, yes=yes))
