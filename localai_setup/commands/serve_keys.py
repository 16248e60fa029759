"""Keys for other people: made, listed and taken back; the server that runs takes them at once."""

from __future__ import annotations

from .. import renewed
from ..machine.keeping import user_keys
from ..machine.keeping.locking import Lock
from ..machine.keeping.user_keys import UserKey
from ..machine.workbench import Workbench
from ..model.errors import Exit, LocalaiError
from ..ui import console, jsonout
from . import _replacing
from ._options import Options
from ._setup import saved, server
from .init import LOCK_SECONDS

SCHEMA = "localai.serve-keys/1"


def listing(options: Options) -> Exit:
    """Whose keys there are; the keys themselves are shown only when they are made."""
    found = user_keys.all_()
    if options.json:
        return _document(found, None)
    for one in found:
        console.show(f"{one.name}  since {one.since}")
    if not found:
        console.say("Nobody else has a key. `localai serve keys add NAME` makes one.")
    return Exit.OK


def add(options: Options, name: str) -> Exit:
    """A new key, shown once; none where the server does not take it over, as nobody would ever see it."""
    with Lock("init", LOCK_SECONDS, console.say):
        _require_keys()
        new = user_keys.add(name)
        try:
            _taken_over(options)
        except BaseException:
            user_keys.remove(name)
            raise
    if options.json:
        return _document(user_keys.all_(), new)
    console.show(new.key)
    console.say(
        f"That is the key of {name}; it is not shown again. `localai serve keys remove {name}` takes it back."
    )
    return Exit.OK


def remove(options: Options, name: str) -> Exit:
    """Nobody is answered with this key any more."""
    with Lock("init", LOCK_SECONDS, console.say):
        try:
            user_keys.remove(name)
        except LocalaiError:
            # a removal that was cut off: the key is gone, and the server that runs still takes it
            _taken_over_where_stale(options)
            raise
        _taken_over(options)
    if options.json:
        return _document(user_keys.all_(), None)
    console.say(f"The key of {name} is no longer taken.")
    return Exit.OK


def _document(found: tuple[UserKey, ...], new: UserKey | None) -> Exit:
    keys = [{"name": one.name, "since": one.since} for one in found]
    added = {"name": new.name, "key": new.key} if new else None
    jsonout.write({"schema": SCHEMA, "keys": keys, "added": added})
    return Exit.OK


def _require_keys() -> None:
    """Raises LocalaiError where what is set up asks nobody for a key."""
    if saved().place:
        raise LocalaiError(
            "Ollama serves what is set up here, and it asks nobody for a key.",
            hint="`localai switch --engine llama.cpp`, then the same command again.",
        )


def _taken_over_where_stale(options: Options) -> None:
    running = Workbench(offline=options.offline).servers.running()
    if running and running.user_keys != user_keys.fingerprint():
        _taken_over(options)


def _taken_over(options: Options) -> None:
    """A server reads its keys when it starts, so one that runs is started again where it listens."""
    bench, setup = Workbench(offline=options.offline), saved()
    running = bench.servers.running()
    todays = renewed.renewed(setup, bench)
    if todays.program != setup.program:
        _replacing.proved(setup, todays, bench)
    elif running:
        console.say("The server is started again, so that it knows the keys of now.")
    if running:
        server(todays, bench, running.listen)
