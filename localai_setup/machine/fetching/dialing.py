"""Connecting to a name that has several addresses, of which some may lead nowhere.

A network that promises IPv6 and loses it is common. Trying one address after the other costs a whole
time-out for each connection, so they are tried nearly at once (RFC 8305, "happy eyeballs").
"""

from __future__ import annotations

import errno
import selectors
import socket
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any

import httpcore

#: How long an address is ahead of the next one; RFC 8305 recommends it.
HEAD_START_SECONDS = 0.25
#: where the caller names no time-out
LONGEST_SECONDS = 60.0
#: What a connection that is under way answers, on POSIX systems and on Windows.
UNDER_WAY = (0, errno.EINPROGRESS, errno.EWOULDBLOCK, getattr(errno, "WSAEWOULDBLOCK", 0))
#: (family, address) as `socket.connect` takes it
Address = tuple[int, Any]


class Dialer(httpcore.SyncBackend):
    """Connects to the first address of a name that answers, and to the same one the next time."""

    def __init__(self) -> None:
        self._chosen: dict[tuple[str, int], str] = {}

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """As `httpcore.SyncBackend`."""
        key = host, port
        chosen = self._chosen.pop(key, None) or _fastest(host, port, timeout)
        stream = super().connect_tcp(chosen or host, port, timeout, local_address, socket_options)
        if chosen:
            # remembered only while it answers
            self._chosen[key] = chosen
        return stream


def _fastest(host: str, port: int, timeout: float | None) -> str | None:
    """The address that answers first; None where there is no choice or each one refuses.

    Raises:
        httpcore.ConnectTimeout: none answers in time.

    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        addresses = _alternating([(one[0], one[4]) for one in found])
        return first_to_answer(addresses, timeout) if len(addresses) > 1 else None
    except TimeoutError as error:
        raise httpcore.ConnectTimeout(f"no address of {host} answers") from error
    except (OSError, UnicodeError):
        # told by the attempt to connect
        return None


def _alternating(addresses: Sequence[Address]) -> list[Address]:
    """IPv6 and IPv4 in turn, the preferred family first: six dead ones of one are not waited for."""
    distinct = list(dict.fromkeys(addresses))
    order = list[tuple[int, int, Address]]()
    for family in dict.fromkeys(one[0] for one in distinct):
        own = [one for one in distinct if one[0] == family]
        order += [(n, len(order), one) for n, one in enumerate(own)]
    return [one for *_, one in sorted(order, key=lambda row: row[:2])]


def first_to_answer(addresses: Sequence[Address], timeout: float | None) -> str | None:
    """The host of the one whose connection is established first; None where each one refuses.

    Raises:
        TimeoutError: the time is over before.

    """
    deadline, waiting = time.monotonic() + (timeout or LONGEST_SECONDS), list(addresses)
    with selectors.DefaultSelector() as selector:
        try:
            while waiting or selector.get_map():
                if waiting:
                    _dial(selector, waiting.pop(0))
                left = deadline - time.monotonic()
                if left <= 0:
                    raise TimeoutError
                ready = selector.select(min(left, HEAD_START_SECONDS) if waiting else left)
                if winner := _established(selector, [key for key, _ in ready]):
                    return winner
            return None
        finally:
            for key in list(selector.get_map().values()):
                key.fileobj.close()  # type: ignore[union-attr]


def _dial(selector: selectors.BaseSelector, address: Address) -> None:
    """Begin to connect; an address that cannot even be tried is passed over."""
    family, place = address
    with suppress(OSError):
        dialled = socket.socket(family, socket.SOCK_STREAM)
        dialled.setblocking(False)
        if dialled.connect_ex(place) in UNDER_WAY:
            selector.register(dialled, selectors.EVENT_WRITE, place[0])
        else:
            dialled.close()


def _established(
    selector: selectors.BaseSelector, ready: Iterable[selectors.SelectorKey]
) -> str | None:
    """The host of one that is connected; those that were refused are closed."""
    for key in ready:
        dialled = key.fileobj
        assert isinstance(dialled, socket.socket)
        if not dialled.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
            return str(key.data)
        selector.unregister(dialled)
        dialled.close()
    return None
