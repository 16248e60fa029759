"""A pool that was set up: which machines lend, and how it stands (`localai.pool-state/1`)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from .engine import ReleaseFile
from .server import HOST
from .settings import StartSettings

SCHEMA = "localai.pool-state/1"
#: of a pool, which names a folder; of a build and an archive in it
ID, FILE = re.compile(r"[0-9a-f]{6,64}"), re.compile(r"[A-Za-z0-9][\w.+-]*")
#: what ssh takes for no flag, and no shell for anything but a word
MEMBER = re.compile(r"[A-Za-z0-9_\[][A-Za-z0-9_.@:%\[\]-]*")
#: `lends`; `starts`: not tried to the end yet; `unreachable`: ssh makes no connection; `tunnel-down`: that to its
#: port is not there, though it lends; `other-build`: its files are not those that were brought; `files-gone`:
#: they are not there; `port-taken`: by another program; `lender-ended`: the program that lends did; `not-kept`:
#: nobody keeps it, as after a restart of this computer
LenderState = Literal[
    "lends", "starts", "unreachable", "tunnel-down", "other-build", "files-gone", "port-taken",
    "lender-ended", "not-kept",
]  # fmt: skip
#: the server here: it answers, loads its model, waits until all lend, or is not kept
ServerState = Literal["answers", "loads", "waits", "not-kept"]


#: state of a machine → what that means
WORDS: dict[str, str] = {
    "lends": "lends its memory",
    "starts": "is being asked",
    "unreachable": "is not reached through ssh",
    "tunnel-down": "lends, but the tunnel to it is down",
    "other-build": "has another build than the one that was brought",
    "files-gone": "no longer has the build that was brought",
    "port-taken": "has another program at the port of the one that lends",
    "lender-ended": "lost the program that lends",
    "not-kept": "is not asked: nothing keeps the pool",
}


@dataclass(frozen=True)
class Lender:
    """One machine, as ssh knows it, with the archives of its build. `far_port` is where its program listens
    there, `near_port` the tunnel's end here; 0 before it was started.
    """

    member: str
    build: str
    archives: tuple[ReleaseFile, ...]
    far_port: int = 0
    near_port: int = 0

    @property
    def is_sound(self) -> bool:
        names = (self.build, *(one.file for one in self.archives))
        return bool(MEMBER.fullmatch(self.member)) and all(map(FILE.fullmatch, names))


@dataclass(frozen=True)
class PoolSetUp:
    """What stands in `<state>/pool.json`. `id` names its folder on the other machines; `program` starts the
    server of `engine` here. `port` is the server's; `pid` and `create_time` are those of what keeps it all, 0
    where that was never started.
    """

    id: str
    engine: str
    build: str
    program: tuple[str, ...]
    start: StartSettings
    lenders: tuple[Lender, ...]
    port: int = 0
    pid: int = 0
    create_time: float = 0.0

    @property
    def is_sound(self) -> bool:
        """Whether each name in it is one that localai gives: a damaged one would be removed as another folder."""
        return bool(ID.fullmatch(self.id) and self.program) and all(
            one.is_sound for one in self.lenders
        )


@dataclass(frozen=True)
class LenderNow:
    """One machine now; `why` are the last words of its connection, where they say anything."""

    member: str = ""
    state: LenderState = "not-kept"
    why: str = ""

    @property
    def words(self) -> str:
        """`desk: is not reached through ssh (Connection refused)`."""
        return f"{self.member}: {WORDS[self.state]}{f' ({self.why})' if self.why else ''}"


@dataclass(frozen=True)
class PoolState:
    """How the pool stands. `starts` is how often its server was started since the pool was."""

    is_set_up: bool = False
    server: ServerState = "not-kept"
    port: int | None = None
    model: str = ""
    build: str = ""
    context: int = 0
    starts: int = 0
    members: tuple[LenderNow, ...] = ()
    left: tuple[str, ...] = ()

    @property
    def address(self) -> str:
        return f"http://{HOST}:{self.port}/v1"

    @property
    def gone(self) -> tuple[LenderNow, ...]:
        """Those that do not lend, and will not in a moment."""
        return tuple(one for one in self.members if one.state not in ("lends", "starts"))
