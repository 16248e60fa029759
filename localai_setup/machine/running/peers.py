"""Whose program is at the other end of a connection on this computer."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

#: Linux lists every connection there: local address, remote address, …, the user's number (proc(5)).
_TABLES = ("/proc/net/tcp", "/proc/net/tcp6")
_LOCAL, _REMOTE, _USER = 1, 2, 7


def may_be_ours(port: int, server_port: int) -> bool:
    """Whether the program that connected from `port` runs as this user; True where nobody can say."""
    users = set(_users(port, server_port))
    return not users or users == {os.getuid()}


def _users(port: int, server_port: int) -> Iterator[int]:
    for table in _TABLES:
        try:
            lines = Path(table).read_text("ascii").splitlines()[1:]
        except (OSError, ValueError):
            continue
        for fields in map(str.split, lines):
            if (_port(fields[_LOCAL]), _port(fields[_REMOTE])) == (port, server_port):
                yield int(fields[_USER])


def _port(address: str) -> int:
    return int(address.rpartition(":")[2], 16)
