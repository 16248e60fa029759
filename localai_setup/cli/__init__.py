"""Typer: flags → one function in `commands/` → exit code. No logic."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Optional

import typer

from ..model.errors import Exit
from ..ui import console
from . import (
    advice,
    diagnosis,
    fleet,
    manual,
    models,
    pool,
    recipes,
    server,
    service,
    serving,
    setup,
    space,
    tuning,
)
from .flags import Verbose, before_any_command
from .other_names import in_our_words

PLAIN = "--plain"
app = typer.Typer(
    name="localai",
    help="From nothing to a private AI that answers on this computer, and help when it breaks.",
    add_completion=False,
    rich_markup_mode=None,  # plain help: fits 40 columns, and is there in half the time
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Example: localai init",
)
app.add_typer(setup.app)
app.add_typer(server.app)
app.add_typer(diagnosis.app)
app.add_typer(models.app)
app.add_typer(space.app, name="models")
app.add_typer(service.app, name="service")
app.add_typer(serving.app, name="serve")
app.add_typer(fleet.app, name="fleet")
app.add_typer(pool.app, name="pool")
app.add_typer(manual.app)
app.add_typer(advice.app)
app.add_typer(tuning.app)
app.add_typer(recipes.app, name="recipes")


@app.callback(invoke_without_command=True)
def nothing(
    context: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", "-V", help="The version, then leave.")
    ] = False,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="Say errors only; data still goes to stdout.")
    ] = False,
    verbose: Verbose = False,
    log_file: Annotated[
        Optional[Path],
        typer.Option(
            "--log-file", metavar="FILE", envvar="LOCALAI_LOG_FILE", help="Keep what is said in it."
        ),
    ] = None,
    plain: Annotated[  # noqa: ARG001  `_plain_taken_out` has seen it
        bool,
        typer.Option(
            "--plain", help="Lines that a screen reader can follow; works after any command too."
        ),
    ] = False,
) -> None:
    """From nothing to a private AI that answers on this computer, and help when it breaks."""
    before_any_command(quiet=quiet, verbose=verbose, log_file=log_file)
    if version:
        from .. import __version__

        typer.echo(f"localai {__version__}")
    elif context.invoked_subcommand is None:
        from ..commands._options import Options
        from ..commands.status import status

        status(Options())


def run(arguments: list[str]) -> int:
    """Run one command line; returns its exit code, usage errors included (2).

    Raises:
        LocalaiError: the command is one of another program.
        KeyboardInterrupt: Ctrl-C, or the end of input at a question.
        BrokenPipeError: the reader of our output has left.

    """
    arguments = _plain_taken_out(in_our_words(arguments))
    try:
        result = app(arguments, standalone_mode=False, prog_name="localai")
    except typer.Exit as exit_:
        result = exit_.exit_code
    except SystemExit as left:  # what Typer makes of a closed pipe
        if isinstance(left.__context__, BrokenPipeError):
            raise BrokenPipeError from None
        raise
    except typer.Abort:
        raise KeyboardInterrupt from None
    except Exception as error:
        return _usage(error)
    if result == Exit.INTERRUPTED:  # what Typer makes of Ctrl-C
        raise KeyboardInterrupt
    return result if isinstance(result, int) else Exit.OK


def _plain_taken_out(arguments: list[str]) -> list[str]:
    """Without `--plain`, which holds for every command and stands anywhere before `--`."""
    end = arguments.index("--") if "--" in arguments else len(arguments)
    if PLAIN not in arguments[:end]:
        return arguments
    console.be_plain()
    return [*(one for one in arguments[:end] if one != PLAIN), *arguments[end:]]


def _usage(error: Exception) -> int:
    """Click's own errors know how to show themselves; which Click it is depends on Typer's version."""
    show = getattr(error, "show", None)
    if show is None or not hasattr(error, "exit_code"):
        raise error
    show(file=sys.stderr)
    return int(error.exit_code)
