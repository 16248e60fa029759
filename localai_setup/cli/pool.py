"""`localai pool`."""

from __future__ import annotations

from typing import Annotated, Optional

import typer

from .flags import DryRun, Json, NoColor, Offline, Replay, Verbose, finish, options

app = typer.Typer()


@app.command()
def pool(
    members: Annotated[
        str,
        typer.Option(
            "--members",
            metavar="HOST[,HOST…]",
            help="The other machines, as ssh knows them, or recordings of them.",
        ),
    ],
    model: Annotated[
        Optional[str], typer.Option("--model", metavar="ID", help="A recipe's model.")
    ] = None,
    tokens: Annotated[
        int, typer.Option("--context", min=0, metavar="N", help="Tokens of one conversation.")
    ] = 0,
    dry_run: DryRun = False,  # noqa: ARG001  there is nothing else yet
    json: Json = False,
    replay: Replay = None,
    verbose: Verbose = False,
    offline: Offline = False,
    no_color: NoColor = False,
) -> None:
    """Whether several machines together give better answers than one of them (experimental). Only plans.

    Example: localai pool --members anna@desk,lab-1.example.org
    """
    from ..commands.pool import PoolRequest
    from ..commands.pool import pool as command

    request = PoolRequest(tuple(members.split(",")), model or "", tokens)
    finish(command(options(json, verbose, offline, no_color, replay), request))
