"""`detect --verbose`: where each fact came from, what contradicts itself, what stayed unknown."""

from __future__ import annotations

from ..model.facts import Facts
from ..model.reading import Failed, Reading, Readings, Text
from ..probes.gpus import Gpus
from . import console


def show(facts: Facts, readings: Readings) -> None:
    """On stdout, below the card."""
    for heading, lines in (
        ("GPUs were told of by", _gpus(facts)),
        ("Contradictions", _disagreements(facts)),
        ("Not known", _unknown(facts)),
        ("Programs, servers and libraries asked", _asked(readings)),
    ):
        if lines:
            console.show("\n".join([f"\n{heading}", *(f"  {line}" for line in lines)]))


def _gpus(facts: Facts) -> list[str]:
    found = (facts.get(Gpus) or Gpus()).gpus
    return [f"{gpu.name or gpu.vendor}: {source}" for gpu in found for source in gpu.sources]


def _disagreements(facts: Facts) -> list[str]:
    """The first source of each is the one that is believed."""
    return [
        f"{gpu.name or gpu.vendor}: {one.fact} is {value} by {source}"
        for gpu in (facts.get(Gpus) or Gpus()).gpus
        for one in gpu.disagreements
        for source, value in one.stated
    ]


def _unknown(facts: Facts) -> list[str]:
    """What, why, and the question that should have told it."""
    return [
        f"{one.fact}: {one.reason}" + (f" ({one.source})" if one.source else "")
        for one in facts.unknown()
    ]


def _asked(readings: Readings) -> list[str]:
    keys = (key for key in readings.by_key if key.startswith(("command:", "http:", "call:")))
    return [f"{key}: {_answer(readings.of(key))}" for key in sorted(keys)]


def _answer(reading: Reading) -> str:
    if isinstance(reading, Text):
        return f"answered in {reading.ms} ms" if reading.ms is not None else "answered"
    return reading.reason if isinstance(reading, Failed) else "not there"
