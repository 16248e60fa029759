"""sources → readings → facts: every question at once, then each probe makes its fact of the answers."""

from __future__ import annotations

import math
import sys
import time
import typing
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

from . import catalog
from .model.facts import Facts
from .model.machine import Respondent
from .model.reading import Reading, Readings
from .model.shown import Part, Shown
from .model.source import Call, Command, Env, File, Like, Source, Stat

#: Questions wait for other programs, not for this one's processor.
WORKERS = 32
#: What programs may take in all; one that waited for hung ones gets at least the second figure.
SURVEY_SECONDS, LEAST_SECONDS = 3.0, 0.4
#: A stack of 8 MiB and malloc's reserve of 64 MiB for each worker, and ourselves.
ROOM_FOR_THREADS_BYTES = WORKERS * (8 + 64) * 1024**2
#: Questions that no other program answers.
AT_ONCE = (File, Stat, Env)
UNAME, MAY_WAKE = Call("platform.uname"), Call("localai.may-wake")


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


def shown() -> tuple[Part, ...]:
    """What `detect` shows, in its order: a probe whose fact is shown declares it as a `Shown`."""
    found: list[Part] = [
        one
        for probe in probes()
        for one in vars(probe).values()
        if isinstance(one, Shown) and _maker(one.fact) is probe
    ]
    return tuple(sorted(found, key=lambda one: (one.place, one.name)))


def _maker(kind: type) -> ModuleType:
    """A fact is defined in the probe that makes it."""
    return sys.modules[kind.__module__]


def read(
    machine: Respondent, asked: Iterable[ModuleType] | None = None, workers: int = WORKERS
) -> Readings:
    """Ask all SOURCES of the probes, and what `follow_up(readings)` adds, in so many threads: one is enough
    for a recording, which has nothing to wait for.

    Files and variables answer first, so that nearly everything that they lead to is asked together
    with the programs. What must not run beside anything else is in `afterwards(readings)`.
    """
    chosen = list(probes() if asked is None else asked)
    asking = _Asking(machine, workers)
    first = [source for probe in chosen for source in getattr(probe, "SOURCES", ())]
    asking.all([UNAME, MAY_WAKE, *(source for source in first if isinstance(source, AT_ONCE))])
    asking.all([*first, *asking.more(chosen, "follow_up")])
    asking.all(asking.more(chosen, "follow_up"))
    asking.all(asking.more(chosen, "afterwards"))
    return Readings(asking.answers)


def _nothing(_: Readings) -> Sequence[Source]:
    return ()


def _led_to(probe: ModuleType, name: str, readings: Readings) -> Sequence[Source]:
    """What its readings lead to. One that crashes asks no more, and tells so when it makes its fact."""
    try:
        return tuple(getattr(probe, name, _nothing)(readings))
    except Exception:
        return ()


@dataclass
class _Asking:
    """Asks each question once, and keeps the answers. `asked` holds keys, patterns included; what is
    only understood in recordings (`Like`) does not stand in the way of asking the same key.
    """

    machine: Respondent
    workers: int
    answers: dict[str, Reading] = field(default_factory=dict)
    asked: set[tuple[bool, str]] = field(default_factory=set)
    began: float = field(default_factory=time.monotonic)

    def more(self, chosen: Sequence[ModuleType], name: str) -> list[Source]:
        readings = Readings(self.answers)
        return [one for probe in chosen for one in _led_to(probe, name, readings)]

    def all(self, sources: Sequence[Source]) -> None:
        """In parallel; those that were not asked yet."""
        keyed = {(isinstance(one, Like), one.key): self._in_time(one) for one in sources}
        new = {key: one for key, one in keyed.items() if key not in self.asked}
        self.asked.update(new)
        if not new:
            return
        answered = set()
        try:
            for key, answer in zip(new, self._answers(new.values()), strict=True):
                self.answers.update(answer)
                answered.add(key)
        except RuntimeError:
            # a limit on processes allows no more threads: one after the other, then
            for key, source in new.items():
                if key not in answered:
                    self.answers.update(self.machine.ask(source))

    def _answers(self, sources: Collection[Source]) -> Iterator[Mapping[str, Reading]]:
        """In their order. Where the address space is limited without threads: one that finds no
        memory at its start is waited for for ever (CPython's `Thread.start`).
        """
        if self.workers == 1 or address_space_bytes() < ROOM_FOR_THREADS_BYTES:
            yield from map(self.machine.ask, sources)
            return
        with ThreadPoolExecutor(max_workers=min(self.workers, len(sources))) as pool:
            yield from pool.map(self.machine.ask, sources)

    def _in_time(self, source: Source) -> Source:
        """Where programs hung, those that they lead to get what is left of the time."""
        left = max(LEAST_SECONDS, SURVEY_SECONDS - (time.monotonic() - self.began))
        if isinstance(source, Command) and source.timeout_seconds > left:
            return Command(*source.argv, timeout_seconds=left)
        return source


def address_space_bytes() -> float:
    """What this process, and what it starts, may use of it (`ulimit -v`); infinite without a limit."""
    if sys.platform == "win32":
        return math.inf
    import resource

    allowed, _ = resource.getrlimit(resource.RLIMIT_AS)
    return math.inf if allowed == resource.RLIM_INFINITY else allowed


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
