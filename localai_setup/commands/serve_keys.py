"""Keys for other people: made, listed and taken back; the server that runs takes them at once."""

from __future__ import annotations

from dataclasses import dataclass

from .. import for_many, renewed
from ..machine.keeping import user_keys
from ..machine.keeping.locking import Lock
from ..machine.keeping.user_keys import UserKey
from ..machine.workbench import Workbench
from ..model.errors import Exit, LocalaiError
from ..ui import console, jsonout
from . import _proxy, _reach, _replacing
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
        console.show(f"{one.name}  since {one.since}{_limits(one)}")
    if not found:
        console.say("Nobody else has a key. `localai serve keys add NAME` makes one.")
    return Exit.OK


@dataclass(frozen=True)
class KeyRequest:
    """Whose key it is, and how many answers it may have at once and ask for in a minute; 0 for no limit."""

    name: str
    at_once: int = 0
    per_minute: int = 0


def add(options: Options, request: KeyRequest) -> Exit:
    """A new key, shown once; none where the server does not take it over, as nobody would ever see it."""
    name, bench = request.name, Workbench(offline=options.offline)
    with Lock("init", LOCK_SECONDS, console.say):
        _require_keys()
        _require_limits(request)
        with _reach.restored(None, bench):
            new = user_keys.add(name, request.at_once, request.per_minute)
            try:
                _taken_over(options)
            except BaseException:
                user_keys.remove(name)
                raise
    _tell_of_taught()
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
        with _reach.restored(None, Workbench(offline=options.offline)):
            _taken_over(options)
    if options.json:
        return _document(user_keys.all_(), None)
    console.say(f"The key of {name} is no longer taken.")
    return Exit.OK


def _document(found: tuple[UserKey, ...], new: UserKey | None) -> Exit:
    keys = [
        {"name": one.name, "since": one.since, "at_once": one.at_once or None,
         "per_minute": one.per_minute or None}
        for one in found
    ]  # fmt: skip
    added = {"name": new.name, "key": new.key} if new else None
    jsonout.write({"schema": SCHEMA, "keys": keys, "added": added})
    return Exit.OK


def _require_limits(request: KeyRequest) -> None:
    """Raises LocalaiError where nothing could keep them."""
    if (request.at_once or request.per_minute) and not for_many.front(saved()):
        raise LocalaiError(
            "One server by itself cannot limit a key.",
            "llama.cpp answers every key alike; a proxy in front of it counts.",
            "`localai serve --proxy` puts one there, then the same command again.",
        )


def _limits(one: UserKey) -> str:
    at_once = f"{one.at_once} at once" if one.at_once else ""
    per_minute = f"{one.per_minute} a minute" if one.per_minute else ""
    stated = " and ".join(filter(None, (at_once, per_minute)))
    return f"  at most {stated}" if stated else ""


def _tell_of_taught() -> None:
    """What the new key could change for everybody, where nothing stands before the server."""
    setup = saved()
    if not for_many.front(setup):
        for note in _proxy.notes(None, setup):
            console.say(note)


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
