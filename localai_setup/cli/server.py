"""Commands around the server: up, down, status, logs, chat, bench, connect, disconnect."""

from __future__ import annotations

import math
from typing import Annotated, List, Optional

import typer

from .flags import Json, Listen, NoColor, Offline, Verbose, Yes, finish, options

app = typer.Typer()


@app.command()
def up(
    listen: Listen = "127.0.0.1",
    json: Json = False,
    verbose: Verbose = False,
    offline: Offline = False,
    no_color: NoColor = False,
) -> None:
    """Start the server that init set up.

    Example: localai up
    """
    from ..commands.up import up as command

    finish(command(options(json, verbose, offline, no_color), listen))


@app.command()
def down(
    json: Json = False,
    verbose: Verbose = False,
    offline: Offline = False,
    no_color: NoColor = False,
) -> None:
    """Stop the server.

    Example: localai down
    """
    from ..commands.down import down as command

    finish(command(options(json, verbose, offline, no_color)))


@app.command()
def status(
    json: Json = False,
    verbose: Verbose = False,
    offline: Offline = False,
    no_color: NoColor = False,
) -> None:
    """Whether the server runs, and where programs reach it.

    Example: localai status --json
    """
    from ..commands.status import status as command

    finish(command(options(json, verbose, offline, no_color)))


@app.command()
def logs(
    lines: Annotated[int, typer.Option("--lines", "-n", min=1, help="How many.")] = 50,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on until Ctrl-C.")] = False,
    json: Json = False,
    verbose: Verbose = False,
    offline: Offline = False,
    no_color: NoColor = False,
) -> None:
    """What the server wrote.

    Example: localai logs --follow
    """
    from ..commands.logs import logs as command

    finish(command(options(json, verbose, offline, no_color), lines=lines, follow=follow))


@app.command()
def chat(
    prompt: Annotated[
        Optional[str],
        typer.Argument(help="One question, about what is piped in; else a conversation."),
    ] = None,
    think: Annotated[
        Optional[bool],
        typer.Option("--think/--no-think", help="Think before answering, where the model can."),
    ] = None,
    system: Annotated[
        str, typer.Option("--system", metavar="TEXT", help="Told to the model before all else.")
    ] = "",
    file: Annotated[
        Optional[List[str]],
        typer.Option("--file", "-f", metavar="FILE", help="A text, PDF or picture; repeatable."),
    ] = None,
    keep: Annotated[
        str,
        typer.Option("--keep", metavar="NAME", help="Keep the conversation, or go on with it."),
    ] = "",
    json: Json = False,
    verbose: Verbose = False,
    offline: Offline = False,
    no_color: NoColor = False,
) -> None:
    """Talk to the model. Starts the server where it does not run.

    Thoughts are folded into one line; --verbose shows them.

    Example: git diff | localai chat "Write a commit message"
    """
    from ..commands.chat import ChatRequest
    from ..commands.chat import chat as command

    request = ChatRequest(prompt, think, system, tuple(file or ()), keep)
    finish(command(options(json, verbose, offline, no_color), request))


@app.command("open")
def open_(
    browser: Annotated[
        bool, typer.Option("--browser/--no-browser", help="Open it, or only show the link.")
    ] = True,
    own_page: Annotated[
        bool, typer.Option("--own-page", help="localai's small page, where the engine has one too.")
    ] = False,
    json: Json = False,
    verbose: Verbose = False,
    offline: Offline = False,
    no_color: NoColor = False,
) -> None:
    """A page to chat on in the browser, for this computer only. Runs until Ctrl-C.

    Example: localai open
    """
    from ..commands.open_page import open_page as command

    finish(command(options(json, verbose, offline, no_color), browser=browser, own_page=own_page))


def _an_end(seconds: float) -> float:
    """`nan` is below no limit, and `inf` no time to stop at."""
    if not math.isfinite(seconds):
        raise typer.BadParameter(f"{seconds} is no number of seconds.")
    return seconds


@app.command()
def bench(
    seconds: Annotated[
        float,
        typer.Option(
            min=1, callback=_an_end, help="Stop before a measurement that ends later than this."
        ),
    ] = 60.0,
    users: Annotated[
        Optional[int],
        typer.Option(min=1, metavar="N", help="Let so many ask at once instead, for --seconds."),
    ] = None,
    json: Json = False,
    verbose: Verbose = False,
    offline: Offline = False,
    no_color: NoColor = False,
) -> None:
    """Measure speed and memory, beside what was predicted. Later plans start from it.

    Example: localai bench
    """
    from ..commands.bench import bench as command
    from ..commands.bench_users import bench_users

    chosen = options(json, verbose, offline, no_color)
    finish(bench_users(chosen, users, seconds) if users else command(chosen, seconds))


@app.command()
def connect(
    program: Annotated[
        Optional[str], typer.Argument(metavar="PROGRAM", help="A program, as the list names it.")
    ] = None,
    yes: Annotated[
        bool, typer.Option("--yes", "-y", help="Write the settings without asking.")
    ] = False,
    prove: Annotated[
        bool, typer.Option("--prove", help="Let the program send a question afterwards.")
    ] = False,
    json: Json = False,
    verbose: Verbose = False,
    offline: Offline = False,
    no_color: NoColor = False,
) -> None:
    """Let another program use the model: its settings, shown, and written after a yes.

    Example: localai connect continue
    """
    from ..commands.connect import ConnectRequest
    from ..commands.connect import connect as command

    request = ConnectRequest(yes=yes, prove=prove)
    finish(command(options(json, verbose, offline, no_color), program, request))


@app.command()
def disconnect(
    program: Annotated[str, typer.Argument(metavar="PROGRAM", help="As `connect` names it.")],
    yes: Yes = False,
    json: Json = False,
    verbose: Verbose = False,
    offline: Offline = False,
    no_color: NoColor = False,
) -> None:
    """Take back what connect wrote into a program's settings.

    Example: localai disconnect continue
    """
    from ..commands.disconnect import disconnect as command

    finish(command(options(json, verbose, offline, no_color), program, yes=yes))
