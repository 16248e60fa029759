"""A pool in words: what is about to be set up, and how it stands."""

from __future__ import annotations

from collections.abc import Iterator

from ..model.lending import PoolSetUp, PoolState
from ..model.sizes import size_words
from . import console

#: what the server here does
SERVER = {
    "answers": "answers",
    "loads": "loads its model",
    "waits": "waits until all machines lend",
    "not-kept": "does not run; `localai pool up` starts it",
}


def before(setup: PoolSetUp, sent_bytes: int | None) -> None:
    """What would be changed, where, and who could reach it."""
    console.say("\n".join(_changes(setup)))
    if sent_bytes is not None:
        console.say(f"At each start {size_words(sent_bytes)} of the model go to the others.")
    console.say(
        "RPC asks nobody for a key. The program that lends listens on 127.0.0.1 of its machine alone, and is reached "
        "through ssh; the tunnel's end here is on 127.0.0.1 too. Whoever else has a login on one of these machines "
        "can reach that port, read the model and what is asked there, and run programs as the user that lends."
    )


def _changes(setup: PoolSetUp) -> Iterator[str]:
    yield "This would be set up:"
    for one in setup.lenders:
        size = sum(file.bytes for file in one.archives)
        words = f" ({size_words(size)})" if size else ""
        yield (
            f"  {one.member}: {one.build}{words} in ~/.localai-pool/{setup.id}, and its program that lends memory, "
            "for as long as the pool runs. Nothing of it needs an administrator."
        )
    yield f"  here: {setup.build}, {setup.start.alias}, and a server on 127.0.0.1."
    yield "  A server of localai that runs here is stopped, as its memory is counted on."


def show(state: PoolState) -> None:
    if not state.is_set_up:
        console.show("No pool is set up.")
        console.say("`localai pool --members HOST,HOST` says whether one is worth it.")
        return
    console.show("\n".join(_lines(state)))
    for words in state.left:
        console.say(words)


def _lines(state: PoolState) -> Iterator[str]:
    at = f" at {state.address}" if state.server == "answers" else ""
    yield f"{state.model} over {len(state.members) + 1} machines (experimental)"
    yield f"  here: the server {SERVER[state.server]}{at}"
    yield from (f"  {one.words}" for one in state.members)
