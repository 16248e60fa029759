"""`localai fleet …`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, List, Optional

import typer

from ..commands._options import Options
from .flags import DryRun, Json, NoColor, Offline, Verbose, Yes, finish, options

if TYPE_CHECKING:
    from ..commands.fleet import FleetRequest

app = typer.Typer(
    no_args_is_help=True,
    help="Look after many machines at once, through Ansible and SSH.\n\n"
    "Example: localai fleet doctor -i hosts.ini",
)
Inventory = Annotated[
    Path,
    typer.Option("--inventory", "-i", metavar="FILE", help="Ansible's inventory of the machines."),
]
Limit = Annotated[
    str, typer.Option("--limit", metavar="PATTERN", help="Only these machines or groups.")
]
PolicyFile = Annotated[
    Optional[Path], typer.Option("--policy", metavar="FILE", help="Hold each against this policy.")
]
Html = Annotated[
    Optional[Path], typer.Option("--html", metavar="FILE", help="Also write the report as a page.")
]
BecomeUser = Annotated[
    str,
    typer.Option("--become-user", metavar="NAME", help="Run it there as this user, by sudo."),
]
Push = Annotated[
    Optional[Path],
    typer.Option(
        "--push", metavar="FOLDER", help="Send its packages and models: they are not fetched there."
    ),
]
For = Annotated[Optional[str], typer.Option("--for", metavar="USE", help="What the model is for.")]
Model = Annotated[Optional[str], typer.Option("--model", metavar="REF", help="A recipe's model.")]
Accept = Annotated[
    Optional[List[str]],
    typer.Option("--accept-licence", metavar="ID", help="Accept this licence, or `all`."),
]


@app.command()
def doctor(
    inventory: Inventory,
    limit: Limit = "",
    use: For = None,
    policy: PolicyFile = None,
    html: Html = None,
    become_user: BecomeUser = "",
    json: Json = False,
    verbose: Verbose = False,
    offline: Offline = False,
    no_color: NoColor = False,
) -> None:
    """Which machines are well, what is wrong on which, and what each could run.

    Example: localai fleet doctor -i hosts.ini --html fleet.html
    """
    from ..commands.fleet import FleetRequest

    request = FleetRequest(
        "doctor",
        inventory,
        limit,
        _named("--for", use),
        become_user=become_user,
        policy=policy,
        html=html,
    )
    _run(options(json, verbose, offline, no_color), request)


@app.command()
def plan(
    inventory: Inventory,
    limit: Limit = "",
    use: For = None,
    model: Model = None,
    policy: PolicyFile = None,
    html: Html = None,
    become_user: BecomeUser = "",
    json: Json = False,
    verbose: Verbose = False,
    offline: Offline = False,
    no_color: NoColor = False,
) -> None:
    """What init would set up on each, and whether anything would change. Changes nothing.

    Example: localai fleet plan -i hosts.ini --for chat
    """
    from ..commands.fleet import FleetRequest

    request = FleetRequest(
        "init",
        inventory,
        limit,
        (*_named("--for", use), *_named("--model", model)),
        dry_run=True,
        become_user=become_user,
        policy=policy,
        html=html,
    )
    _run(options(json, verbose, offline, no_color), request)


@app.command()
def init(
    inventory: Inventory,
    limit: Limit = "",
    yes: Yes = False,
    use: For = None,
    model: Model = None,
    accept_licence: Accept = None,
    push: Push = None,
    dry_run: DryRun = False,
    policy: PolicyFile = None,
    html: Html = None,
    become_user: BecomeUser = "",
    json: Json = False,
    verbose: Verbose = False,
    offline: Offline = False,
    no_color: NoColor = False,
) -> None:
    """Set up a private AI on each; where localai is missing, it is installed for that user first.

    Example: localai fleet init -i hosts.ini --limit desktops --for chat --yes
    """
    from ..commands.fleet import FleetRequest

    accepted = [flag for one in accept_licence or () for flag in _named("--accept-licence", one)]
    request = FleetRequest(
        "init",
        inventory,
        limit,
        (*_named("--for", use), *_named("--model", model), *accepted),
        yes,
        dry_run,
        push,
        become_user,
        policy,
        html,
    )
    _run(options(json, verbose, offline, no_color), request)


@app.command()
def upgrade(
    inventory: Inventory,
    limit: Limit = "",
    yes: Yes = False,
    push: Push = None,
    dry_run: DryRun = False,
    policy: PolicyFile = None,
    html: Html = None,
    become_user: BecomeUser = "",
    json: Json = False,
    verbose: Verbose = False,
    offline: Offline = False,
    no_color: NoColor = False,
) -> None:
    """Bring the localai that fleet installed to this version, then engine and model to its pins.

    Example: localai fleet upgrade -i hosts.ini --dry-run
    """
    from ..commands.fleet import FleetRequest

    request = FleetRequest(
        "upgrade", inventory, limit, (), yes, dry_run, push, become_user, policy, html
    )
    _run(options(json, verbose, offline, no_color), request)


@app.command()
def uninstall(
    inventory: Inventory,
    limit: Limit = "",
    yes: Yes = False,
    keep_models: Annotated[
        bool, typer.Option("--keep-models", help="Leave models, adapters and conversations.")
    ] = False,
    dry_run: DryRun = False,
    html: Html = None,
    become_user: BecomeUser = "",
    json: Json = False,
    verbose: Verbose = False,
    offline: Offline = False,
    no_color: NoColor = False,
) -> None:
    """Undo on each what localai changed there, and remove the localai that fleet installed.

    Example: localai fleet uninstall -i hosts.ini --limit old-laptops
    """
    from ..commands.fleet import FleetRequest

    arguments = ("--keep-models",) if keep_models else ()
    request = FleetRequest(
        "uninstall",
        inventory,
        limit,
        arguments,
        yes,
        dry_run,
        become_user=become_user,
        html=html,
    )
    _run(options(json, verbose, offline, no_color), request)


@app.command()
def report(
    places: Annotated[
        List[Path],
        typer.Argument(
            metavar="PLACE", help="Recordings, what `doctor --json` printed, or folders of them."
        ),
    ],
    use: For = None,
    policy: PolicyFile = None,
    html: Html = None,
    json: Json = False,
    verbose: Verbose = False,
    offline: Offline = False,
    no_color: NoColor = False,
) -> None:
    """The same report from files alone: no machine is asked, and Ansible is not needed.

    Example: localai fleet report recordings/
    """
    from ..commands.fleet_report import FilesRequest
    from ..commands.fleet_report import fleet_report as command

    request = FilesRequest(tuple(places), use, policy, html)
    finish(command(options(json, verbose, offline, no_color), request))


def _named(flag: str, value: str | None) -> tuple[str, ...]:
    """The flag with its value; nothing where it was not given."""
    return (flag, value) if value else ()


def _run(given: Options, request: FleetRequest) -> None:
    from ..commands.fleet import fleet

    finish(fleet(given, request))
