"""How a server is started: one by itself, or several with a proxy in front of them."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from ... import engines
from ...model.server import HOST, listening_addresses
from ...model.settings import Front, StartSettings
from ..keeping import folders, patience, user_keys
from ..keeping.writing import write_atomically
from . import filesampling, ports, proxies
from .proxies import Behind

#: The command, and what is added to its environment.
CommandLine = tuple[list[str], Mapping[str, str]]


@dataclass(frozen=True)
class Program:
    """The command line that starts a server of this engine, without its settings."""

    words: tuple[str, ...]
    engine: str


def command_line(program: Program, start: StartSettings, port: int) -> CommandLine:
    """Files of settings are their owner's alone.

    Raises:
        OSError: one of them cannot be written.
        LocalaiError: no ports are left for the servers behind a proxy, or nobody can read the keys.

    """
    file = folders.folder("state") / "server-settings.json"
    for old in file.parent.glob(f"{file.name}.*"):
        patience.unlink(old)  # of more servers than there are now, with the key of then
    if start.front:
        return _fronted(program, start, start.front, port, file)
    return _one(program, start, port, file)


def _one(program: Program, start: StartSettings, port: int, file: Path) -> CommandLine:
    ours = folders.folder("data") in Path(program.words[0]).parents
    launch = engines.get(program.engine).launch(
        program.words, filesampling.left_by_file(start), port, installed_by_us=ours
    )
    if launch.document is None:
        return [*launch.argv], launch.environment
    write_atomically(file, json.dumps(launch.document).encode())
    return [*launch.argv, str(file)], launch.environment


def _fronted(
    program: Program, start: StartSettings, front: Front, port: int, file: Path
) -> CommandLine:
    """Each server has a port and a file of its own; only the proxy may listen to a network."""
    inner = replace(start, front=None, listen=HOST)
    found = list(islice(ports.free_ports(port + 1), front.replicas))
    servers = []
    for number, own in enumerate(found, 1):
        words, environment = _one(program, inner, own, file.with_name(f"{file.name}.{number}"))
        servers.append({"command": words, "environment": dict(environment), "port": own})
    addresses, slots = listening_addresses(start.listen), start.server.slots
    behind = Behind(addresses, port, found, slots, user_keys.limited())
    document = {
        "servers": servers,
        "proxy": proxies.command(front, behind, file.with_name(f"{file.name}.proxy")),
        "port": port,
        "api_key": start.api_key,
    }
    settings = file.with_name(f"{file.name}.front")
    write_atomically(settings, json.dumps(document).encode())
    script = Path(__file__).with_name("_front.py")
    return [sys.executable, "-I", "-S", str(script), str(settings)], {}
