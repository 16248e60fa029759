"""Commands that change something: init and its dry run, upgrade, switch, uninstall."""

from __future__ import annotations

from typing import Annotated, List, Optional

import typer

from ..commands._engine_names import engine_names
from ..ui import console
from .flags import DryRun, Json, NoColor, Offline, Replay, Verbose, Yes, finish, options

app = typer.Typer()
WELCOME = "A private AI on this computer: a few questions, and nothing is changed before your yes."
ENGINES = engine_names()

For = Annotated[
    Optional[str],
    typer.Option("--for", metavar="USE", envvar="LOCALAI_FOR", help="What you want to do."),
]
Recipe = Annotated[
    Optional[str],
    typer.Option("--recipe", metavar="ID", envvar="LOCALAI_RECIPE", help="A recipe to follow."),
]
Model = Annotated[
    Optional[str],
    typer.Option(
        "--model",
        metavar="REF",
        envvar="LOCALAI_MODEL",
        help="A recipe's model, a GGUF file, or OWNER/REPO[:QUANT].",
    ),
]
Engine = Annotated[
    Optional[str],
    typer.Option(
        "--engine",
        metavar="NAME",
        envvar="LOCALAI_ENGINE",
        help=f"Set up this engine: {ENGINES}.",
    ),
]
Context = Annotated[
    Optional[int],
    typer.Option(
        "--context", min=1, metavar="N", envvar="LOCALAI_CONTEXT", help="Tokens it can see at once."
    ),
]
Drafting = Annotated[
    str,
    typer.Option(
        "--drafting",
        metavar="WHO",
        envvar="LOCALAI_DRAFTING",
        help="Who guesses ahead: auto, off, heads, repeats, companion, or a GGUF file.",
    ),
]
MaxRate = Annotated[
    str,
    typer.Option(
        "--max-rate",
        metavar="RATE",
        envvar="LOCALAI_MAX_RATE",
        help="Bytes per second of downloads, as 500k or 2M.",
    ),
]
Leave = Annotated[
    Optional[str],
    typer.Option(
        "--leave",
        metavar="SIZE",
        envvar="LOCALAI_LEAVE",
        help="Main memory left to other programs, as 8GB.",
    ),
]
Accept = Annotated[
    Optional[List[str]],
    typer.Option(
        "--accept-licence",
        metavar="ID",
        envvar="LOCALAI_ACCEPT_LICENCE",
        help="Accept this licence, or `all`.",
    ),
]
#: Of switch: a variable that answers for `init` must not choose for it.
SwitchFor = Annotated[
    Optional[str], typer.Option("--for", metavar="USE", help="What you want to do.")
]
SwitchEngine = Annotated[
    Optional[str],
    typer.Option("--engine", metavar="NAME", help=f"Change to this engine: {ENGINES}."),
]
SwitchAccept = Annotated[
    Optional[List[str]],
    typer.Option("--accept-licence", metavar="ID", help="Accept this licence, or `all`."),
]
#: of init alone: a variable that is set once must never remove anything without a question
InitYes = Annotated[
    bool,
    typer.Option(
        "--yes", "-y", envvar="LOCALAI_YES", help="Never ask; take the recommended answer."
    ),
]
#: init needs no administrator; scripts may give it the flag of doctor, and are told so
SystemChanges = Annotated[bool, typer.Option("--allow-system-changes", hidden=True)]


@app.command()
def init(
    yes: InitYes = False,
    use: For = None,
    recipe: Recipe = None,
    model: Model = None,
    engine: Engine = None,
    context: Context = None,
    drafting: Drafting = "auto",
    leave: Leave = None,
    max_rate: MaxRate = "",
    accept_licence: Accept = None,
    allow_system_changes: SystemChanges = False,
    dry_run: DryRun = False,
    json: Json = False,
    replay: Replay = None,
    verbose: Verbose = False,
    offline: Offline = False,
    no_color: NoColor = False,
) -> None:
    """Set up a private AI on this computer, until it answers.

    Example: localai init --yes --for chat
    """
    if not (yes or json or dry_run) and console.is_interactive():
        console.say(WELCOME)  # before anything that takes time to load
    from ..commands._leave import mib
    from ..commands._request import Request
    from ..commands.init import init as command

    licences = tuple(accept_licence or ())
    request = Request(
        use=use,
        recipe=recipe,
        model=model,
        engine=engine,
        context=context or 0,
        yes=yes,
        accept_licence=licences,
        dry_run=dry_run,
        drafting=drafting,
        leave_mib=mib(leave) if leave else None,
        allow_system_changes=allow_system_changes,
        max_rate=max_rate,
    )
    finish(command(options(json, verbose, offline, no_color, replay), request))


@app.command()
def plan(
    why: Annotated[
        bool, typer.Option("--why", help="Why this one, and why not the others.")
    ] = False,
    use: For = None,
    recipe: Recipe = None,
    model: Model = None,
    engine: Engine = None,
    context: Context = None,
    drafting: Drafting = "auto",
    leave: Leave = None,
    max_rate: MaxRate = "",
    json: Json = False,
    replay: Replay = None,
    verbose: Verbose = False,
    offline: Offline = False,
    no_color: NoColor = False,
) -> None:
    """Show what init would do, and change nothing.

    Example: localai plan --why
    """
    from ..commands._leave import mib
    from ..commands._request import Request
    from ..commands.init import init as command

    request = Request(
        use=use,
        recipe=recipe,
        model=model,
        engine=engine,
        context=context or 0,
        dry_run=True,
        why=why,
        drafting=drafting,
        leave_mib=mib(leave) if leave else None,
        max_rate=max_rate,
    )
    finish(command(options(json, verbose, offline, no_color, replay), request))


@app.command()
def upgrade(
    undo: Annotated[
        bool, typer.Option("--undo", help="Go back to the set-up before, proved by an answer.")
    ] = False,
    yes: Yes = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would change, and change nothing.")
    ] = False,
    json: Json = False,
    verbose: Verbose = False,
    offline: Offline = False,
    no_color: NoColor = False,
) -> None:
    """Bring engine and model to the newest pins that this version of localai knows.

    What works is kept until the new set-up has answered, and after that for the way back.

    Example: localai upgrade --dry-run
    """
    from ..commands.upgrade import UpgradeRequest
    from ..commands.upgrade import upgrade as command

    request = UpgradeRequest(yes=yes, dry_run=dry_run, undo=undo)
    finish(command(options(json, verbose, offline, no_color), request))


@app.command()
def switch(
    model: Annotated[
        Optional[str],
        typer.Argument(
            metavar="[MODEL]", help="As `init --model` takes it; without it you are asked."
        ),
    ] = None,
    use: SwitchFor = None,
    engine: SwitchEngine = None,
    back: Annotated[
        bool, typer.Option("--back", help="Go back to the set-up before, proved by an answer.")
    ] = False,
    yes: Yes = False,
    accept_licence: SwitchAccept = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would change, and change nothing.")
    ] = False,
    json: Json = False,
    verbose: Verbose = False,
    offline: Offline = False,
    no_color: NoColor = False,
) -> None:
    """Change to another model or engine. What works is kept until the new one has answered.

    Without a model it offers what is on this disk already.

    Example: localai switch --engine ollama
    """
    from ..commands.switch import SwitchRequest
    from ..commands.switch import switch as command

    request = SwitchRequest(
        model, use, engine, yes, back, dry_run, accept_licence=tuple(accept_licence or ())
    )
    finish(command(options(json, verbose, offline, no_color), request))


@app.command()
def uninstall(
    yes: Yes = False,
    keep_models: Annotated[
        bool, typer.Option("--keep-models", help="Leave models, adapters and conversations.")
    ] = False,
    json: Json = False,
    verbose: Verbose = False,
    offline: Offline = False,
    no_color: NoColor = False,
) -> None:
    """Undo every change that was made, and say what is left.

    Example: localai uninstall --keep-models
    """
    from ..commands.uninstall import uninstall as command

    finish(command(options(json, verbose, offline, no_color), yes=yes, keep_models=keep_models))
