"""The flags that work on every command, and how a command ends."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, NoReturn, Optional

import typer

from ..commands._options import Options
from ..model.errors import Exit
from ..ui import console, spoken

Json = Annotated[
    bool, typer.Option("--json", help="One JSON document on stdout, nothing else there.")
]
Verbose = Annotated[bool, typer.Option("--verbose", help="Show more: sources, reasons, timings.")]
Offline = Annotated[bool, typer.Option("--offline", help="Send nothing beyond this computer.")]
NoColor = Annotated[bool, typer.Option("--no-color", help="No colours (NO_COLOR works too).")]
Replay = Annotated[
    Optional[Path], typer.Option("--replay", help="Answer from this recording, not the machine.")
]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Never ask; take the recommended answer.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show the plan and change nothing.")]
Listen = Annotated[
    str,
    typer.Option(
        "--listen", metavar="ADDRESS", help="Open it to a network; the API key is then needed."
    ),
]
SystemChanges = Annotated[
    bool,
    typer.Option(
        "--allow-system-changes",
        help="Allow commands that need an administrator, or start what is not localai's.",
    ),
]


@dataclass
class _Before:
    """What was said before the command, for every one."""

    verbose: bool = False


_BEFORE = _Before()


def before_any_command(*, quiet: bool, verbose: bool, log_file: Path | None) -> None:
    """Take the flags that stand before the command."""
    _BEFORE.verbose = verbose
    if log_file:
        spoken.begin(log_file)
    if quiet:
        console.quiet()


def options(
    json: bool, verbose: bool, offline: bool, no_color: bool, replay: Path | None = None
) -> Options:
    """Gather the common flags."""
    if no_color:
        console.without_colours()
    return Options(json, verbose or _BEFORE.verbose, offline, no_color, replay)


def finish(code: Exit) -> NoReturn:
    raise typer.Exit(int(code))
