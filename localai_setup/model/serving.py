"""What many people at once can have of one machine: `localai.serve/1`."""

from __future__ import annotations

from dataclasses import dataclass

SCHEMA = "localai.serve/1"


@dataclass(frozen=True)
class AtOnce:
    """`users` who are answered at the same time, and tokens per second for each: likely, least, most."""

    users: int
    tps: float
    low: float
    high: float


@dataclass(frozen=True)
class ServePlan:
    """The plan for `users` people, and what stands where `done`.

    Each of `replicas` servers answers `slots` at a time, each in a conversation of up to `context` tokens;
    `proxy` is what stands in front of several, empty for one. Memory in MiB: of all, of what they said
    (`kv_mib`), and what this machine can give (None: not known). `speeds` for one, and for more at once;
    `comfortable` is how many at once get at least `min_tps` tokens per second
    each, as the use asks for. `notes` are sentences. `address` is where programs reach it.
    """

    model: str
    users: int
    slots: int
    context: int
    memory_mib: float
    kv_mib: float
    room_mib: float | None
    speeds: tuple[AtOnce, ...]
    min_tps: float
    comfortable: int
    notes: tuple[str, ...] = ()
    replicas: int = 1
    proxy: str = ""
    done: bool = False
    address: str = ""
