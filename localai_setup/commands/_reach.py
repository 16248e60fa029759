"""Who could reach the server before a command can reach it afterwards, however the command ends.

A new set-up is proved on this computer alone, and so is the one of before served again where the new one
fails; without this, people whom it was opened to would find nobody, and nobody would be told.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from ..machine.keeping import statefile
from ..machine.workbench import Workbench
from ..model.errors import LocalaiError
from ..model.model_server import ServerPlace
from ..model.server import HOST, Running
from ..ui import console
from .up import opened


@contextmanager
def restored(place: ServerPlace | None, bench: Workbench) -> Iterator[None]:
    """Where the block fails, the server of what is saved then is reached as the one that ran before."""
    before = bench.serving.running(place)
    try:
        yield
    except BaseException:
        # the trouble of the block is the one to tell; the terminal may be closed
        with suppress(OSError):
            _again(before, bench)
        raise


@contextmanager
def kept(place: ServerPlace | None, bench: Workbench) -> Iterator[None]:
    """As `restored`, and where the block does not fail, too."""
    before = bench.serving.running(place)
    with restored(place, bench):
        yield
    if before and before.listen != HOST:
        _again(before, bench)


def _again(before: Running | None, bench: Workbench) -> None:
    """Says why where that is not possible."""
    setup = statefile.peek()
    if before is None or setup is None:
        return
    if setup.place:
        if before.listen != HOST:
            console.say(
                f"The server could be reached at {before.listen}. {setup.model} is served by one that asks "
                "for no key, so it is reached from this computer only."
            )
        return
    try:
        opened(setup, bench, before.listen)
    except LocalaiError as error:
        console.say(str(error))
