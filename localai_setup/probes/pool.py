"""The pool of several machines that was set up, and who of them lends now."""

from __future__ import annotations

from dataclasses import dataclass

from ..model.decoding import decode_leniently
from ..model.lending import PoolState
from ..model.reading import Readings
from ..model.source import Call, Source

STATE = Call("localai.pool")
SOURCES: tuple[Source, ...] = (STATE,)


@dataclass(frozen=True)
class Pool(PoolState):
    """As `localai pool` tells it."""


def parse(readings: Readings) -> Pool:
    return decode_leniently(Pool, readings.fields(STATE))
