"""`localai serve …`."""

from __future__ import annotations

from typing import Annotated, Optional

import typer

from .flags import DryRun, Json, Listen, NoColor, Offline, Verbose, Yes, finish, options

app = typer.Typer(
    help="Answer several people at once. Alone it tells how it stands.\n\n"
    "Example: localai serve --users 4",
)
keys = typer.Typer(
    no_args_is_help=True,
    help="A key for each other person.\n\nExample: localai serve keys list",
)
app.add_typer(keys, name="keys")
Name = Annotated[str, typer.Argument(metavar="NAME", help="Whose key it is.")]


@app.callback(invoke_without_command=True)
def serve(
    context: typer.Context,
    users: Annotated[
        Optional[int], typer.Option(min=1, metavar="N", help="So many people; 1 as it was before.")
    ] = None,
    off: Annotated[bool, typer.Option("--off", help="The same as --users 1.")] = False,
    tokens: Annotated[
        Optional[int],
        typer.Option("--context", min=1, metavar="N", help="Tokens for each conversation."),
    ] = None,
    replicas: Annotated[
        Optional[int],
        typer.Option(min=1, max=16, metavar="N", help="So many servers behind a proxy."),
    ] = None,
    proxy: Annotated[
        Optional[bool],
        typer.Option("--proxy/--no-proxy", help="One in front of a single server too."),
    ] = None,
    listen: Listen = "",
    dry_run: DryRun = False,
    yes: Yes = False,
    json: Json = False,
    verbose: Verbose = False,
    offline: Offline = False,
    no_color: NoColor = False,
) -> None:
    """Answer several people at once: what that needs here, and what each of them gets.

    Example: localai serve --users 4
    """
    if off and (users or tokens or (replicas or 1) > 1 or proxy):
        raise typer.BadParameter(
            "--off is for one person, on one server: name nothing else with it"
        )
    if context.invoked_subcommand is None:
        from ..commands._serve_request import ServeRequest
        from ..commands.serve import serve as command

        asked = 1 if off else users
        request = ServeRequest(asked, tokens or 0, replicas, proxy, listen, yes, dry_run)
        finish(command(options(json, verbose, offline, no_color), request))


@keys.command()
def add(
    name: Name,
    at_once: Annotated[
        Optional[int],
        typer.Option(min=1, metavar="N", help="So many answers at once at most."),
    ] = None,
    per_minute: Annotated[
        Optional[int],
        typer.Option(min=1, metavar="N", help="So many answers a minute at most."),
    ] = None,
    json: Json = False,
    verbose: Verbose = False,
    offline: Offline = False,
    no_color: NoColor = False,
) -> None:
    """Make a key for a person, shown once. A proxy in front keeps its limits (`localai serve --proxy`).

    Example: localai serve keys add anna --at-once 2
    """
    from ..commands.serve_keys import KeyRequest
    from ..commands.serve_keys import add as command

    request = KeyRequest(name, at_once or 0, per_minute or 0)
    finish(command(options(json, verbose, offline, no_color), request))


@keys.command("list")
def list_(
    json: Json = False,
    verbose: Verbose = False,
    offline: Offline = False,
    no_color: NoColor = False,
) -> None:
    """Who has a key, and since when.

    Example: localai serve keys list
    """
    from ..commands.serve_keys import listing

    finish(listing(options(json, verbose, offline, no_color)))


@keys.command()
def remove(
    name: Name,
    json: Json = False,
    verbose: Verbose = False,
    offline: Offline = False,
    no_color: NoColor = False,
) -> None:
    """Take a key back: nobody is answered with it any more.

    Example: localai serve keys remove anna
    """
    from ..commands.serve_keys import remove as command

    finish(command(options(json, verbose, offline, no_color), name))
