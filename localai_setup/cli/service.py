"""`localai service …`."""

from __future__ import annotations

import typer

from .flags import Json, NoColor, Offline, Verbose, Yes, finish, options

app = typer.Typer(
    no_args_is_help=True,
    help="Start the server at login, if you want that.\n\nExample: localai service status",
)


@app.command()
def on(
    yes: Yes = False,
    json: Json = False,
    verbose: Verbose = False,
    offline: Offline = False,
    no_color: NoColor = False,
) -> None:
    """Start the server at each login. Shows first what it writes; needs no administrator.

    Example: localai service on
    """
    from ..commands.service import on as command

    finish(command(options(json, verbose, offline, no_color), yes=yes))


@app.command()
def off(
    json: Json = False,
    verbose: Verbose = False,
    offline: Offline = False,
    no_color: NoColor = False,
) -> None:
    """Start it at login no more. The server that runs now goes on.

    Example: localai service off
    """
    from ..commands.service import off as command

    finish(command(options(json, verbose, offline, no_color)))


@app.command()
def status(
    json: Json = False,
    verbose: Verbose = False,
    offline: Offline = False,
    no_color: NoColor = False,
) -> None:
    """Whether it is started at login, and where that is written.

    Example: localai service status
    """
    from ..commands.service import status as command

    finish(command(options(json, verbose, offline, no_color)))
