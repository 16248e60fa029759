"""Who listens on which port, as psutil tells it of a process, and Windows of all at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import psutil


def ports(process: psutil.Process) -> set[int]:
    """On which ports this process listens."""
    # `connections` until psutil 6.0
    connections = getattr(process, "net_connections", None) or process.connections
    return {one.laddr.port for one in connections("tcp") if one.status == "LISTEN"}


def owners(port: int) -> list[int | None]:
    """Who listens on this port, from Windows' one list for all processes; wine names nobody there."""
    import psutil

    try:
        found = [one for one in psutil.net_connections("tcp") if one.status == "LISTEN"]
    except RuntimeError:
        # the list grew while it was fetched; whoever waits for a server asks again
        return []
    return [one.pid for one in found if one.laddr and one.laddr.port == port]
