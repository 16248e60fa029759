"""`localai recipes …`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .flags import Json, NoColor, Offline, Verbose, finish, options

app = typer.Typer(
    no_args_is_help=True,
    help="The recipes: what there is, and what one says.\n\nExample: localai recipes list",
)
Name = Annotated[str, typer.Argument(metavar="ID", help="A use or a model, as `list` names it.")]


@app.command("list")
def list_recipes(
    json: Json = False,
    verbose: Verbose = False,
    offline: Offline = False,
    no_color: NoColor = False,
) -> None:
    """Every use and every model.

    Example: localai recipes list
    """
    from ..commands.recipes import list_recipes as command

    finish(command(options(json, verbose, offline, no_color)))


@app.command()
def show(
    name: Name,
    yaml: Annotated[
        bool, typer.Option("--yaml", help="The file as it is written, to copy and change.")
    ] = False,
    json: Json = False,
    verbose: Verbose = False,
    offline: Offline = False,
    no_color: NoColor = False,
) -> None:
    """One recipe: in words, or with --yaml its file.

    Example: localai recipes show chat
    """
    from ..commands.recipes import show as command
    from ..commands.recipes import show_file

    chosen = show_file if yaml else command
    finish(chosen(options(json, verbose, offline, no_color), name))


@app.command()
def validate(
    file: Annotated[Path, typer.Argument(help="A YAML file.")],
    json: Json = False,
    verbose: Verbose = False,
    offline: Offline = False,
    no_color: NoColor = False,
) -> None:
    """Check a recipe of your own.

    Example: localai recipes validate my-recipe.yaml
    """
    from ..commands.recipes import validate as command

    finish(command(options(json, verbose, offline, no_color), file))


@app.command()
def explain(
    name: Name,
    json: Json = False,
    verbose: Verbose = False,
    offline: Offline = False,
    no_color: NoColor = False,
) -> None:
    """A recipe in words: what it suits, where to be careful, what its licence asks.

    Example: localai recipes explain chat
    """
    from ..commands.recipes import explain as command

    finish(command(options(json, verbose, offline, no_color), name))


@app.command()
def check(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[ID]…", help="Models; without one, all of them.")
    ] = None,
    json: Json = False,
    verbose: Verbose = False,
    offline: Offline = False,
    no_color: NoColor = False,
) -> None:
    """Ask the hub whether the pinned files are still there, and what is newer.

    Example: localai recipes check qwen3.5-4b
    """
    from ..commands.recipes import check as command

    finish(command(options(json, verbose, offline, no_color), names or []))
