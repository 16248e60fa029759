"""Commands that look: detect, doctor, explain, record."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, List, Optional

import typer

from .flags import Json, NoColor, Offline, Replay, SystemChanges, Verbose, Yes, finish, options

app = typer.Typer()

Only = Annotated[Optional[List[str]], typer.Option("--only", help="Run this check alone.")]
Skip = Annotated[Optional[List[str]], typer.Option("--skip", help="Leave this check out.")]


@app.command()
def detect(
    network: Annotated[
        bool, typer.Option("--network", help="Also try which servers answer.")
    ] = False,
    replay: Replay = None,
    json: Json = False,
    verbose: Verbose = False,
    offline: Offline = False,
    no_color: NoColor = False,
) -> None:
    """What this machine is. Sends nothing beyond this computer without --network.

    Example: localai detect --verbose
    """
    from ..commands.detect import detect as command

    finish(command(options(json, verbose, offline, no_color, replay), network=network))


@app.command()
def doctor(
    complaint: Annotated[
        Optional[str],
        typer.Argument(metavar="[WORDS]", help='What is wrong, in your words: "it is slow".'),
    ] = None,
    fix: Annotated[bool, typer.Option("--fix", help="Repair what localai itself set up.")] = False,
    yes: Yes = False,
    deep: Annotated[bool, typer.Option("--deep", help="Also hash the model file again.")] = False,
    report: Annotated[
        Optional[Path], typer.Option("--report", help="Write a page (.html or .md) to attach.")
    ] = None,
    allow_system_changes: SystemChanges = False,
    only: Only = None,
    skip: Skip = None,
    replay: Replay = None,
    json: Json = False,
    verbose: Verbose = False,
    offline: Offline = False,
    no_color: NoColor = False,
) -> None:
    """Say what is wrong here, and how to fix it.

    Example: localai doctor --fix
    """
    from ..commands.doctor import DoctorRequest
    from ..commands.doctor import doctor as command

    request = DoctorRequest(
        tuple(only or ()),
        tuple(skip or ()),
        fix,
        yes,
        deep,
        report,
        allow_system_changes,
        complaint or "",
    )
    finish(command(options(json, verbose, offline, no_color, replay), request))


@app.command()
def explain(
    what: Annotated[
        Optional[list[str]],
        typer.Argument(
            metavar="[ID|TERM|FILE|TEXT|-]",
            help="A known id, a term, a file, an error, or - for stdin.",
        ),
    ] = None,
    json: Json = False,
    verbose: Verbose = False,
    offline: Offline = False,
    no_color: NoColor = False,
) -> None:
    """Name the known problems in an error or a log, or tell what a term means.

    Example: journalctl -u ollama | localai explain -
    """
    from ..commands.explain import explain as command

    words = " ".join(what) if what else None
    finish(command(options(json, verbose, offline, no_color), words))


@app.command()
def record(
    file: Annotated[Path, typer.Argument(help="Where to write; .json, .json.gz or - (stdout).")],
    json: Json = False,
    verbose: Verbose = False,
    offline: Offline = False,
    no_color: NoColor = False,
) -> None:
    """Write a redacted recording of this machine.

    Example: localai record machine.json
    """
    from ..commands.record import record as command

    finish(command(options(json, verbose, offline, no_color), file))
