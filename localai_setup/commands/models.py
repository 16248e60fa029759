"""What takes space on the disk because of localai, what of it is used, and removing the rest."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from .. import wayback
from ..machine.keeping import model_files, patience, removing, statefile, stock
from ..machine.keeping.locking import Lock
from ..machine.workbench import Workbench
from ..model.errors import Exit, LocalaiError, unknown_name
from ..model.recipe import Recipes
from ..model.setup import SetUp
from ..model.sizes import size_words
from ..model.stock import NOW, UNUSED, WAY_BACK, StockItem, freed_bytes, taken_bytes
from ..ui import console, conversation, jsonout, stocktext
from ._options import Options
from ._recipes import load_recipes
from .init import LOCK_SECONDS

SCHEMA = "localai.models/1"


def models(options: Options) -> Exit:
    """List what takes space, as lines or as `localai.models/1`."""
    found = stocked(Workbench(offline=options.offline))
    if options.json:
        jsonout.write(
            {
                "schema": SCHEMA,
                "items": [_document(one) for one in found],
                "bytes": taken_bytes(found),
            }
        )
        return Exit.OK
    stocktext.show(found, _own_file(statefile.peek()))
    return Exit.OK


def remove(options: Options, name: str, *, yes: bool) -> Exit:
    """Remove what has this name, but for what is in use."""
    bench = Workbench(offline=options.offline)
    with Lock("init", LOCK_SECONDS, console.say):
        everything = stocked(bench)
        chosen = _named(name, everything)
        _tell(chosen)
        question = conversation.yes_or_no(
            f"Remove {name}?", "It can be fetched again.", "--yes", "no"
        )
        if not yes and conversation.asker_of(yes=False).choose(question) != "yes":
            console.say("Nothing was removed.")
            return Exit.OK
        for item in chosen:
            _remove(item, bench)
        if any(one.used == WAY_BACK for one in chosen):
            patience.unlink(statefile.previous_path())
    freed = freed_bytes(chosen)
    if options.json:
        removed = [path for one in chosen for path in (one.path, *one.further)]
        jsonout.write(
            {"schema": "localai.models-removed/1", "removed": removed, "freed_bytes": freed}
        )
        return Exit.OK
    console.say(f"Removed {name}; {size_words(freed)} are free again.")
    return Exit.OK


def stocked(bench: Workbench) -> tuple[StockItem, ...]:
    """Everything of ours, by the names of the recipes, with what uses it; the used first."""
    recipes = load_recipes()
    setups = {NOW: statefile.peek(), WAY_BACK: statefile.previous()}
    users = [(used, setup, _paths(setup, bench)) for used, setup in setups.items() if setup]
    found = [_with_use(_with_name(one, recipes, users), users) for one in stock.items()]
    order = [NOW, WAY_BACK, UNUSED]
    return tuple(sorted(found, key=lambda one: (order.index(one.used), one.kind, one.name)))


_User = tuple[str, SetUp, frozenset[str]]


def _paths(setup: SetUp, bench: Workbench) -> frozenset[str]:
    """What the set-up uses on this disk; of one that another version saved, its model alone is known."""
    try:
        steps = wayback.installed(setup, bench)
    except LocalaiError:
        steps = {}
    return frozenset((*steps, setup.model_path, setup.drafter_path))


def _with_name(item: StockItem, recipes: Recipes, users: list[_User]) -> StockItem:
    """A model's file has the name of its recipe, or of the set-up that uses it."""
    from dataclasses import replace

    if item.kind != "model":
        return item
    path = Path(item.path)
    for model in recipes.models.values():
        files = (*model.files, *((model.drafter.file,) if model.drafter else ()))
        file = next((one for one in files if model_files.target(one) == path), None)
        if file:
            kind = {"weights": "model", "mmproj": "projector"}.get(file.role, file.role)
            return replace(item, name=model.id, kind=kind)
    owner = next((setup.model for _, setup, _ in users if setup.model_path == item.path), None)
    return replace(item, name=owner or item.name)


def _with_use(item: StockItem, users: list[_User]) -> StockItem:
    for used, setup, paths in users:
        served = f"{setup.served_as}:latest" if ":" not in setup.served_as else setup.served_as
        is_taught = item.kind == "adapter" and item.name == setup.adapter
        if is_taught or item.path in paths or (item.served and item.served == served):
            return item.used_as(used)
    return item


def _named(name: str, everything: tuple[StockItem, ...]) -> tuple[StockItem, ...]:
    """What may be removed of this name.

    Raises:
        LocalaiError: nothing of ours has it, it is in use, or it is the person's own work.

    """
    found = tuple(one for one in everything if name in (one.name, one.served, one.path))
    if not found:
        raise _not_ours(name, everything)
    found = tuple(one for one in found if not one.is_own_work) or found
    if found[0].is_own_work:
        raise _own_work(found[0])
    free = tuple(one for one in found if one.used != NOW)
    if not free:
        raise LocalaiError(
            f"{name} is in use: it is what is set up here.",
            "Without it nothing would answer.",
            "`localai switch` changes to another one first; `localai uninstall` removes everything.",
        )
    return free


def _own_work(item: StockItem) -> LocalaiError:
    way = f"`localai tune remove {item.name}` removes it."
    if item.kind == "conversation":
        way = f"Delete the file {item.path} if you no longer want it."
    return LocalaiError(
        f"The {item.kind} {item.name} is your own work.",
        "This command removes what can be fetched again; nothing would bring that back.",
        way,
    )


def _not_ours(name: str, everything: tuple[StockItem, ...]) -> LocalaiError:
    setup = statefile.peek()
    if setup and name in (setup.model, setup.model_path):
        return LocalaiError(
            f"{setup.model_path} is a file of your own; localai uses it where it lies.",
            "It removes only what it brought.",
            "`localai switch` changes to another model; the file is yours to delete.",
        )
    hint = (
        "`localai models` lists what localai keeps; a model of Ollama's own is removed with "
        f"`ollama rm {name}`."
    )
    return unknown_name(
        "model or engine of localai's", name, [one.name for one in everything], hint
    )


def _tell(chosen: tuple[StockItem, ...]) -> None:
    lines = ["This would be removed:", *stocktext.lines(chosen)]
    lines.append(f"Free again afterwards: {size_words(freed_bytes(chosen))}.")
    if any(one.used == WAY_BACK for one in chosen):
        lines.append("The way back to the set-up before (`localai switch --back`) would be gone.")
    console.say("\n".join(lines))


def _remove(item: StockItem, bench: Workbench) -> None:
    """Raises LocalaiError where it cannot be removed."""
    if not item.served:
        removing.remove([Path(one) for one in (item.path, *item.further)])
        return
    place = stock.place_of(item)
    if place:
        bench.model_server.remove(place, item.served)


def _own_file(setup: SetUp | None) -> str:
    """The person's own file that is set up; empty where the model is one that localai brought."""
    if setup is None or not setup.model_path:
        return ""
    return "" if Path(setup.model_path).parent == removing.MODELS.folder else setup.model_path


def _document(item: StockItem) -> dict[str, Any]:
    return {
        "name": item.name,
        "kind": item.kind,
        "path": item.path,
        "bytes": item.bytes,
        "freed_bytes": freed_bytes((item,)),
        "shared_with": item.shared_with or None,
        "used": item.used or None,
        "since": item.since or None,
        "served_as": item.served or None,
        "further": list(item.further),
    }
