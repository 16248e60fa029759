"""Ports on loopback: which of them a server of ours can take."""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator

from ...model.errors import LocalaiError
from ...model.server import HOST

#: How many ports are tried.
PORTS = 64


def is_free(port: int) -> bool:
    """Whether it can be bound on loopback at this moment."""
    with socket.socket() as probe:
        if sys.platform != "win32":
            # or a port that this very server left a second ago counts as taken
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
        return True


def free_ports(first: int) -> Iterator[int]:
    """Each port from `first` on that is free at the moment when it is asked for.

    Raises:
        LocalaiError: no other is left.

    """
    yield from filter(is_free, range(first, first + PORTS))
    raise LocalaiError(
        f"All ports from {first} to {first + PORTS - 1} are taken.",
        "The server needs one to be reached at.",
        "Stop other servers and run the same command again.",
    )


def free_port(first: int) -> int:
    """The first port from `first` on that is free.

    Raises:
        LocalaiError: all of them are taken.

    """
    return next(free_ports(first))
