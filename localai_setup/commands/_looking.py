"""Look at the machine while a person watches what is being looked at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Lock

from .. import survey
from ..model.facts import Facts
from ..model.machine import Identity, Respondent
from ..model.reading import Reading
from ..model.source import Source
from ..ui.looking import Done
from ._topics import TOPICS


def facts(machine: Respondent, done: Done) -> Facts:
    """Ask everything; a topic is `done` when its first questions are answered."""
    watched = _Watched(machine, done, _questions())
    readings = survey.read(watched)
    for topic in TOPICS:
        done(topic)
    return survey.facts(readings)


def _questions() -> dict[str, set[str]]:
    """Topic → the keys of its first questions."""
    asked: dict[str, set[str]] = {topic: set() for topic in TOPICS}
    for probe in survey.probes():
        name = probe.__name__.rpartition(".")[2]
        keys = {one.key for one in getattr(probe, "SOURCES", ())}
        for topic, names in TOPICS.items():
            if name in names:
                asked[topic] |= keys
    return asked


@dataclass
class _Watched:
    """Another respondent, and a mark for each topic that it has answered. Asked from many threads."""

    machine: Respondent
    done: Done
    open: dict[str, set[str]]
    lock: Lock = field(default_factory=Lock)

    @property
    def identity(self) -> Identity:
        return self.machine.identity

    def ask(self, source: Source) -> Mapping[str, Reading]:
        answer = self.machine.ask(source)
        with self.lock:
            for topic, keys in self.open.items():
                if source.key in keys:
                    keys.discard(source.key)
                    if not keys:
                        self.done(topic)
        return answer
