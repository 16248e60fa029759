"""Ports on loopback: which of them a server of ours can take."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterator

from ...model.errors import LocalaiError
from ...model.server import HOST

#: How many ports are tried.
PORTS = 64
#: A server of this computer takes a connection at once.
REACH_SECONDS = 2.0
#: Windows lets two programs have one port unless one of them asked to have it alone; elsewhere a port
#: that this very server left a second ago counts as taken unless one asks to use it again.
_ALONE = getattr(socket, "SO_EXCLUSIVEADDRUSE", socket.SO_REUSEADDR)


def is_free(port: int) -> bool:
    """Whether it can be bound on loopback at this moment."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, _ALONE, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
        return True


def is_own(address: str) -> bool:
    """Whether a server here could listen at this address: that of a network of this computer, or of all."""
    kind, _, _, _, place = socket.getaddrinfo(address, 0, type=socket.SOCK_STREAM)[0]
    try:
        with socket.socket(kind, socket.SOCK_STREAM) as probe:
            probe.bind(place)
    except OSError:
        return False
    return True


def can_be_reached(address: str, port: int) -> bool:
    """Whether something listens there; of all addresses, at the first that is not this computer's own.

    True where there is no such address.
    """
    own = network_address() if ipaddress.ip_address(address).is_unspecified else address
    if own is None:
        return True
    try:
        with socket.create_connection((own, port), REACH_SECONDS):
            return True
    except OSError:
        return False


def network_address() -> str | None:
    """An address of this computer in a network, where it is in one."""
    import psutil

    found = (one for each in psutil.net_if_addrs().values() for one in each)
    plain = (one.address for one in found if one.family == socket.AF_INET)
    return next((one for one in plain if not ipaddress.ip_address(one).is_loopback), None)


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
