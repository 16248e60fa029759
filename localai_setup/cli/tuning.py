"""`localai tune`."""

from __future__ import annotations

from typing import Annotated

import typer

from .flags import Json, NoColor, Offline, Verbose, finish, options

app = typer.Typer()
#: What may stand in the place of a file, and whether it takes the name of an adapter.
ACTIONS = {"list": False, "off": False, "use": True, "remove": True, "merge": True}

#: those that change nothing with `--dry-run`
PLANNED = ("list", "merge")


@app.command()
def tune(
    data: Annotated[
        str,
        typer.Argument(
            metavar="[FILE|list|use|off|remove|merge]",
            help="Examples (JSON lines, JSON, CSV, a folder of texts), or what to do. A terminal is asked where it is left out.",
        ),
    ] = "",
    adapter: Annotated[
        str, typer.Argument(metavar="[ADAPTER]", help="For use, remove and merge.")
    ] = "",
    name: Annotated[str, typer.Option(help="The new adapter's name; the file's by default.")] = "",
    model: Annotated[
        str, typer.Option(help="Teach this one: it is set up first, in the place of the other.")
    ] = "",
    to: Annotated[str, typer.Option(metavar="FILE", help="The file that merge writes.")] = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Check the examples, show the plan, change nothing.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do it without asking.")] = False,
    json: Json = False,
    verbose: Verbose = False,
    offline: Offline = False,
    no_color: NoColor = False,
) -> None:
    """Teach the model by your own examples, and prove that it learned.

    Example: localai tune examples.jsonl
    """
    from ..commands import tuned
    from ..commands._other_base import Consent
    from ..commands.merge import merge
    from ..commands.tune import TuneRequest
    from ..commands.tune import tune as command

    chosen = options(json, verbose, offline, no_color)
    if data not in ACTIONS:
        if adapter:
            raise typer.BadParameter(f"one file of examples at a time, not {adapter!r} as well")
        finish(command(chosen, TuneRequest(data, name, model, yes, dry_run)))
    if ACTIONS[data] != bool(adapter):
        needs = "the name of an adapter" if ACTIONS[data] else "nothing behind it"
        raise typer.BadParameter(f"`tune {data}` takes {needs}; `localai tune list` shows them")
    if dry_run and data not in PLANNED:
        raise typer.BadParameter(f"`tune {data}` has no plan that --dry-run could show")
    if data == "list":
        finish(tuned.listing(chosen))
    if data == "off":
        finish(tuned.off(chosen))
    if data == "merge":
        finish(merge(chosen, adapter, to, Consent(yes, dry_run)))
    finish(tuned.use(chosen, adapter) if data == "use" else tuned.remove(chosen, adapter, yes=yes))
