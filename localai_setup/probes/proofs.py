"""What a `llama-server` did when it was made to load a model: `--version` proves nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ..model.decoding import DecodeError, decode
from ..model.facts import Unknown
from ..model.reading import Readings
from ..model.source import Call, Source

RECORDED = Call("localai.proofs")
SOURCES: tuple[Source, ...] = (RECORDED,)
Verdict = Literal["works", "died", "timed-out", "refused", "unproved"]


@dataclass(frozen=True)
class Proof:
    """`refused` means that it did not take our flags or the model, `unproved` that nobody tried yet
    with this very file on this processor. `signal` is set where it `died` of one; `reason` is what
    its stderr said.
    """

    program: str
    verdict: Verdict
    reason: str = ""
    signal: str | None = None

    @property
    def works(self) -> bool:
        return self.verdict == "works"

    @property
    def words(self) -> str:
        """The verdict as the end of a sentence that begins with the program."""
        reason = f": {self.reason}" if self.reason else ""
        return {
            "works": "works",
            "died": f"dies when it loads a model ({_death(self.signal)})",
            "timed-out": f"did not answer in time{reason}",
            "refused": f"did not start{reason}",
            "unproved": "was not tried yet",
        }[self.verdict]


def _death(signal: str | None) -> str:
    if signal == "SIGILL":
        return "SIGILL: it uses an instruction that this processor does not have"
    return signal or "without a word"


@dataclass(frozen=True)
class Proofs:
    """Of the `llama-server` on PATH and of the one that the set-up uses."""

    proofs: tuple[Proof, ...] = ()
    unknown: tuple[Unknown, ...] = ()


def parse(readings: Readings) -> Proofs:
    try:
        return decode(Proofs, {"proofs": readings.document(RECORDED)})
    except DecodeError:
        return Proofs()
