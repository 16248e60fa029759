"""sources → readings → facts: every question at once, then each probe makes its fact of the answers."""

from __future__ import annotations

import sys
import typing
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

from . import catalog
from .model.facts import Facts
from .model.machine import Respondent
from .model.reading import Reading, Readings
from .model.source import Source

#: Questions wait for other programs, not for this one's processor.
WORKERS = 32


def probes() -> list[ModuleType]:
    return list(catalog.modules("probes").values())


def probes_of(kinds: Iterable[type]) -> list[ModuleType]:
    """The probes that make these facts, and those that make what they rest on."""
    waiting, found = list(kinds), dict[str, ModuleType]()
    while waiting:
        probe = _maker(waiting.pop())
        if probe.__name__ not in found:
            found[probe.__name__] = probe
            waiting += [k for k in catalog.parameter_types(probe.parse) if k is not Readings]
    return [found[name] for name in sorted(found)]


def _maker(kind: type) -> ModuleType:
    """A fact is defined in the probe that makes it."""
    return sys.modules[kind.__module__]


def read(machine: Respondent, asked: Iterable[ModuleType] | None = None) -> Readings:
    """Ask all SOURCES of the probes in parallel, then what `follow_up(readings)` adds."""
    chosen = list(probes() if asked is None else asked)
    first = _ask_all(machine, [s for probe in chosen for s in getattr(probe, "SOURCES", ())])
    readings = Readings(first)
    more = [s for probe in chosen for s in getattr(probe, "follow_up", _nothing)(readings)]
    new = [source for source in more if source.key not in first]
    return Readings({**first, **_ask_all(machine, new)}) if new else readings


def _nothing(_: Readings) -> Sequence[Source]:
    return ()


def _ask_all(machine: Respondent, sources: Sequence[Source]) -> dict[str, Reading]:
    once = list({source.key: source for source in sources}.values())
    answers: dict[str, Reading] = {}
    try:
        with ThreadPoolExecutor(max_workers=WORKERS) as pool:
            for answer in pool.map(machine.ask, once):
                answers.update(answer)
    except RuntimeError:
        # a limit on processes or address space allows no more threads: one after the other, then
        for source in once:
            if source.key not in answers:
                answers.update(machine.ask(source))
    return answers


def facts(readings: Readings, asked: Iterable[ModuleType] | None = None) -> Facts:
    """Parse every fact. A probe that crashes costs its own fact and is named, nothing else."""
    work = _Parsing(readings)
    for probe in probes() if asked is None else asked:
        work.fact(_fact_class(probe))
    return Facts(work.done, work.crashed)


def _fact_class(probe: ModuleType) -> type:
    """The return annotation of `parse` is the fact that the probe makes."""
    kind = typing.get_type_hints(probe.parse)["return"]
    assert isinstance(kind, type), f"{probe.__name__}.parse must return a dataclass"
    return kind


@dataclass
class _Parsing:
    """Resolves `parse(readings, other facts…)` by parameter type, each fact once."""

    readings: Readings
    done: dict[type, Any] = field(default_factory=dict)
    crashed: dict[type, str] = field(default_factory=dict)

    def fact(self, kind: type) -> Any:
        """The fact; None where it, or one that it rests on, could not be made (see `crashed`)."""
        if kind not in self.done and kind not in self.crashed:
            parse = _maker(kind).parse
            try:
                self.done[kind] = parse(*map(self._argument, catalog.parameter_types(parse)))
            except Exception as error:
                self.crashed[kind] = f"{type(error).__name__}: {error}"
        return self.done.get(kind)

    def _argument(self, kind: type) -> Any:
        if kind is Readings:
            return self.readings
        value = self.fact(kind)
        if kind in self.crashed:
            raise RuntimeError(f"needs {kind.__name__}: {self.crashed[kind]}")
        return value
