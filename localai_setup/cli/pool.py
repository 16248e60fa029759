"""`localai pool …`."""

from __future__ import annotations

from typing import Annotated, List, Optional

import typer

from .flags import DryRun, Json, NoColor, Offline, Replay, Verbose, Yes, finish, options

app = typer.Typer(
    help="One bigger model over several machines (experimental). Alone it tells how a pool stands.\n\n"
    "Example: localai pool --members anna@desk,lab-1.example.org",
)
Members = Annotated[
    str,
    typer.Option(
        "--members",
        metavar="HOST[,HOST…]",
        help="The other machines, as ssh knows them, or recordings of them.",
    ),
]
Model = Annotated[Optional[str], typer.Option("--model", metavar="ID", help="A recipe's model.")]
Tokens = Annotated[
    int, typer.Option("--context", min=0, metavar="N", help="Tokens of one conversation.")
]
Accept = Annotated[
    Optional[List[str]],
    typer.Option("--accept-licence", metavar="ID", help="Accept this licence, or `all`."),
]


@app.callback(invoke_without_command=True)
def pool(
    context: typer.Context,
    members: Members = "",
    model: Model = None,
    tokens: Tokens = 0,
    dry_run: DryRun = False,  # noqa: ARG001  it only plans
    json: Json = False,
    replay: Replay = None,
    verbose: Verbose = False,
    offline: Offline = False,
    no_color: NoColor = False,
) -> None:
    """Whether several machines together give better answers than one of them (experimental); without --members how a pool stands. Changes nothing.

    Example: localai pool --members anna@desk,lab-1.example.org
    """
    if context.invoked_subcommand is not None:
        if members or model or tokens:
            raise typer.BadParameter("name them after the command, not before it")
        return
    given = options(json, verbose, offline, no_color, replay)
    if not members:
        if model or tokens or replay:
            raise typer.BadParameter("--members names the machines to plan for")
        from ..commands.pool_state import pool_state

        finish(pool_state(given))
        return
    from ..commands.pool import PoolRequest
    from ..commands.pool import pool as command

    finish(command(given, PoolRequest(tuple(members.split(",")), model or "", tokens)))


@app.command()
def up(
    members: Members = "",
    model: Model = None,
    tokens: Tokens = 0,
    anyway: Annotated[
        bool, typer.Option("--anyway", help="Also where the plan sees no gain.")
    ] = False,
    accept_licence: Accept = None,
    yes: Yes = False,
    json: Json = False,
    verbose: Verbose = False,
    offline: Offline = False,
    no_color: NoColor = False,
) -> None:
    """Set up what was planned, on the other machines too, and start it; without --members what was set up before.

    Example: localai pool up --members anna@desk,lab-1.example.org
    """
    from ..commands.pool import PoolRequest
    from ..commands.pool_up import UpRequest
    from ..commands.pool_up import pool_up as command

    if not members and (model or tokens or anyway):
        raise typer.BadParameter("--members names the machines to plan for")
    named = tuple(members.split(",")) if members else ()
    plan = PoolRequest(named, model or "", tokens)
    request = UpRequest(plan, yes, anyway, tuple(accept_licence or ()))
    finish(command(options(json, verbose, offline, no_color), request))


@app.command()
def down(
    yes: Yes = False,
    json: Json = False,
    verbose: Verbose = False,
    offline: Offline = False,
    no_color: NoColor = False,
) -> None:
    """End the pool, and remove what it brought to the other machines.

    Example: localai pool down
    """
    from ..commands.pool_state import pool_down as command

    finish(command(options(json, verbose, offline, no_color), yes=yes))
