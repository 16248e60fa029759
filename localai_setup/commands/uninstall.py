"""Undo every change that was made, and say what is left."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ..machine.keeping import connections, locking, removing
from ..machine.keeping.locking import Lock
from ..machine.lending import pool
from ..machine.lending.far import FOLDER
from ..machine.running import login_start
from ..machine.workbench import Workbench
from ..model.errors import Exit, LocalaiError
from ..ui import console, conversation, jsonout
from ..ui.conversation import asker_of
from . import _connecting, _pool_setting_up
from ._options import Options

SCHEMA = "localai.uninstall/1"
_DAMAGED = "the settings of {}, whose record is damaged; {}"
_NO_COPIES = "no copies are left, so localai's address or key stays in them until you take it out"


def uninstall(options: Options, *, yes: bool, keep_models: bool) -> Exit:
    """Stop the server and remove what is ours; models stay where `keep_models` says so, and the person's own
    work (conversations, adapters) with them. Where nothing is there, nobody is asked.
    """
    files, bench = removing.ours(keep_models=keep_models), Workbench(offline=options.offline)
    if not files and not _is_more_there(bench):
        return _nothing_there(options, yes=yes, keep_models=keep_models)
    own_work = removing.own_work(files)
    if not options.json:
        _show(files)
    asker = asker_of(yes=yes)
    question = conversation.yes_or_no(
        "Remove all of this and stop the server?", _what_is_lost(own_work), "--yes", "no"
    )
    if not yes and asker.choose(question) != "yes":
        console.say("Nothing was removed.")
        return Exit.OK
    made_now = _made_now()
    changed, kept = _undone(bench, keep_models=keep_models)
    removable = removing.remove(_removable(keep_models=keep_models))
    removed = [path for path in removable if path not in made_now]
    left = [*removing.left(keep_models=keep_models), *map(_kept_model, kept), *changed]
    if options.json:
        jsonout.write({"schema": SCHEMA, "removed": removed, "left": left})
        return Exit.OK
    among = f", among it {own_work}" if own_work else ""
    console.say("\n".join([f"Removed{among}. What is left:", *_indented(left)]))
    return Exit.OK


def _is_more_there(bench: Workbench) -> bool:
    """Whether something is to be undone although no file of ours lies in our folders: settings of others, the
    start at login, a pool, a server whose folder somebody removed, an `uninstall` that was cut off.
    """
    return bool(
        connections.load()
        or connections.is_damaged()
        or pool.saved()
        or login_start.is_written(login_start.entry())
        or removing.cut_off()
        or bench.servers.running()
        or bench.servers.orphans()
    )


def _nothing_there(options: Options, *, yes: bool, keep_models: bool) -> Exit:
    """Nothing is undone. Only folders that are empty go, where somebody said yes."""
    if yes:
        removing.remove([])
    left = removing.left(keep_models=keep_models)
    if options.json:
        jsonout.write({"schema": SCHEMA, "removed": [], "left": left})
        return Exit.OK
    console.say("\n".join(["There is nothing to remove. What is left:", *_indented(left)]))
    return Exit.OK


def _show(files: Sequence[Path]) -> None:
    """What will be removed and taken back, in words."""
    console.say("\n".join(["What localai keeps on this computer:", *_indented(files)]))
    settings = [f"{one.file} ({one.program})" for one in connections.load().values()]
    if settings:
        console.say("\n".join(["Settings to be taken back:", *_indented(settings)]))
    if lent := pool.saved():
        names = ", ".join(one.member for one in lent.lenders)
        console.say(
            f"What the pool brought to {names}: ~/{FOLDER}/{lent.id} there, removed through ssh"
        )
    at_login = login_start.entry()
    if login_start.is_written(at_login):
        console.say(f"The start at login: {at_login.file}")


def _undone(bench: Workbench, *, keep_models: bool) -> tuple[list[str], tuple[str, ...]]:
    """End what runs and take back what was changed elsewhere: what is left of other programs' settings, in
    words, and the names of models that their server did not remove.
    """
    with Lock("init", say=console.say):
        changed = [*_pool_taken_back(bench), *_taken_back()]
        login_start.turn_off(login_start.entry(), bench.processes)
        bench.processes.end_workers()
        bench.servers.stop()
        kept = () if keep_models else bench.model_server.remove_all()
        bench.model_server.stop()
    return changed, kept


def _pool_taken_back(bench: Workbench) -> list[str]:
    """End the pool, and remove what it brought to other machines; where that could not be, in words."""
    setup = pool.saved()
    if setup is None:
        pool.stop(bench.processes)
        return []
    failed = _pool_setting_up.cleaned(setup, bench)
    return [f"~/{FOLDER}/{setup.id} on another machine: {one.what.rstrip('.')}" for one in failed]


def _made_now() -> list[str]:
    """What uninstalling itself writes where it is not there yet: gone with the rest, it is no change."""
    lock = locking.path("init")
    of_lock = [] if lock.exists() else [lock]
    # before the lock is taken: it lies in a folder that may not be there yet
    return [str(path) for path in (*of_lock, *removing.remember_missing_folders())]


def _what_is_lost(own_work: str) -> str:
    if not own_work:
        return "Models can be fetched again."
    return f"Models can be fetched again; {own_work} cannot: `--keep-models` keeps them too."


def _taken_back() -> list[str]:
    """Give back every settings file that `connect` wrote; where something is left of it, in words."""
    failed = []
    if connections.is_damaged():
        which = ", ".join(connections.left_out()) or "programs that were connected"
        there = connections.all_copies()
        copies = f"their copies are in {connections.copies()}" if there else _NO_COPIES
        failed.append(_DAMAGED.format(which, copies))
    for one in connections.load().values():
        is_kept = one.kept and Path(one.kept).exists()
        copy = f"; the copy of before is {one.kept}" if is_kept else ""
        try:
            lines = _connecting.disconnect(one, _connecting.disconnecting(one))
        except LocalaiError as error:
            failed.append(f"the settings of {one.program}: {error.what.rstrip('.')}{copy}")
        else:
            numbers = ", ".join(map(str, lines))
            words = f"localai's address or key in {one.file}, line {numbers} ({one.program}){copy}"
            failed += [words] if lines else []
    return failed


def _removable(*, keep_models: bool) -> list[Path]:
    """What is ours, but for the copies of settings that could not be taken back: there are no others."""
    waiting = connections.load().values()
    needed = {Path(file) for one in waiting for file in (one.kept, one.part) if file}
    if waiting or connections.is_damaged():
        needed.update(connections.records())
    if connections.is_damaged():
        needed.update(connections.all_copies())
    return [path for path in removing.ours(keep_models=keep_models) if path not in needed]


def _kept_model(name: str) -> str:
    return f"the model {name}, which its server did not remove (`ollama rm {name}`)"


def _indented(lines: Sequence[object]) -> list[str]:
    return [f"  {line}" for line in lines] or ["  nothing"]
