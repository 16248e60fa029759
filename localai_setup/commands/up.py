"""Start the server that init set up."""

from __future__ import annotations

import ipaddress

from ..machine.running import ports
from ..machine.workbench import Workbench
from ..model.errors import Exit, LocalaiError
from ..model.server import HOST, Running
from ..model.setup import SetUp
from ..ui import console
from ._options import Options
from ._setup import saved, server
from .status import show_started

OPEN = (
    "The server answers every computer that reaches {address}, over plain http: whoever listens on that "
    "network can read what is asked, answered, and the key. Programs elsewhere use "
    "http://{host}:{port}/v1 and the key, which `localai connect` shows. `localai up` closes it again."
)


def up(options: Options, listen: str = HOST) -> Exit:
    """Start it where it does not run; twice is one server. `listen` opens it to a network."""
    bench = Workbench(offline=options.offline)
    opened(saved(), bench, address_of(listen))
    return show_started(options, bench)


def opened(setup: SetUp, bench: Workbench, listen: str) -> Running:
    """The server, reached at this address; what that means is said where it is a network's.

    Raises:
        LocalaiError: it does not answer there; it is reached from this computer only.

    """
    running = server(setup, bench, listen)
    if running.listen != HOST:
        if not ports.can_be_reached(listen, running.port):
            server(setup, bench, HOST)
            raise _still_closed(listen, setup.model)
        host = "THIS-COMPUTER" if ipaddress.ip_address(listen).is_unspecified else listen
        host = f"[{host}]" if ":" in host else host
        console.say(OPEN.format(address=listen, host=host, port=running.port))
    return running


def _still_closed(listen: str, model: str) -> LocalaiError:
    return LocalaiError(
        f"The server does not answer at {listen}.",
        "That is no address of this computer, or the set-up was made before servers could be opened to a "
        "network. It can be reached from this computer only.",
        f"`localai init --model {model}` renews the set-up; 0.0.0.0 stands for all addresses of this computer.",
    )


def address_of(listen: str) -> str:
    """As it was given. Raises LocalaiError where it is no address of this computer's network."""
    if listen in ("localhost", "::1"):
        return HOST
    try:
        address = ipaddress.ip_address(listen)
    except ValueError:
        raise _not_here(f"{listen} is no network address.") from None
    if address.is_loopback:
        return HOST
    if not ports.is_own(listen):
        raise _not_here(f"{listen} is no address of this computer.")
    return listen


def _not_here(what: str) -> LocalaiError:
    own = ports.network_address()
    return LocalaiError(
        what,
        "The server can be reached at an address of this computer, or at all of them.",
        f"Take {f'{own}, which this computer has, or ' if own else ''}0.0.0.0 for all.",
        Exit.USAGE,
    )
