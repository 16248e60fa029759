"""One model over several machines, planned: `localai.pool/1`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

SCHEMA = "localai.pool/1"
#: `answered`; `unreachable`: no connection; `without-localai`: it is not installed there; `failed`: what it
#: answered cannot be used
State = Literal["answered", "unreachable", "without-localai", "failed"]
#: `gain`: better answers than any of the machines gives alone; else why not: the model fits one of them, what fits
#: one of them is as good a choice, it would be too slow, it does not fit all of them together, they have no build of
#: the engine in common, or nobody else answered
Verdict = Literal[
    "gain", "fits-one", "as-good", "too-slow", "too-large", "no-common-build", "nobody-else"
]


#: ms; a shorter way is not told apart
LEAST_MS = 0.1


def way_words(ms: float) -> str:
    """`0.4 ms`, `less than 0.1 ms`."""
    return f"{ms:.1f} ms" if ms >= LEAST_MS else f"less than {LEAST_MS} ms"


@dataclass(frozen=True)
class Alone:
    """A model on one machine; tokens per second predicted: likely, least, most."""

    member: str
    model: str
    quantization: str
    tps: float
    low: float
    high: float


@dataclass(frozen=True)
class PoolMember:
    """One machine. `is_here`: it is this computer, whose server the others lend their memory to.

    `why` says in words why it did not answer, or cannot take part. `computes` names what computes there, and
    `room_mib` is what a model may fill there. `round_trip_ms` is how long a line takes there and back through ssh,
    None for this computer and for recordings. `alone` is what it would run without the others.
    """

    name: str
    is_here: bool = False
    state: State = "answered"
    why: str = ""
    computes: str = ""
    room_mib: float | None = None
    round_trip_ms: float | None = None
    alone: Alone | None = None


@dataclass(frozen=True)
class Share:
    """What of a model lies on one machine: MiB of what may be filled there, and layers, the output among them."""

    member: str
    mib: float
    room_mib: float
    layers: int


@dataclass(frozen=True)
class Pooled:
    """A model over the machines of `shares`, one after the other for each token.

    Tokens per second predicted: likely, least, most. `memory_mib` is what it takes of all together;
    `sent_bytes` cross the network at each start. `gpu_layers` and `split` are the server's settings, the far
    machines first. `licence` is the id of the model's.
    """

    model: str
    quantization: str
    licence: str
    context: int
    kv_type: str
    memory_mib: float
    tps: float
    low: float
    high: float
    sent_bytes: int
    gpu_layers: int
    split: tuple[float, ...]
    shares: tuple[Share, ...]


@dataclass(frozen=True)
class PoolBuild:
    """The one build that all have to run: its number, and for each machine the archives to fetch."""

    member: str
    id: str
    number: int
    archives: tuple[str, ...]


@dataclass(frozen=True)
class PoolPlan:
    """What the machines could do together, and whether that is worth it. Nothing is set up by it.

    `reason` is the verdict in words. `pooled` is the model over several, where one fits; `alone` the best that one
    of them runs by itself, of the named model where it fits one. `instead` says what to pick or to buy;
    `notes` what to know before: how slow, how safe, what ends it.
    """

    gain: bool
    verdict: Verdict
    reason: str
    members: tuple[PoolMember, ...]
    pooled: Pooled | None = None
    alone: Alone | None = None
    builds: tuple[PoolBuild, ...] = ()
    instead: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    experimental: bool = True
