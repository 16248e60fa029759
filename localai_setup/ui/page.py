"""One self-contained, redacted page to attach to a question, in HTML or Markdown."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from pathlib import Path
from typing import TypeVar, cast

from .. import __version__
from ..diagnosis.doctor import Diagnosis
from ..machine.asking.redact import Redactor
from ..machine.keeping.writing import write_named
from ..model.errors import LocalaiError
from ..model.facts import Facts
from ..model.finding import Finding
from ..model.reading import Failed, Readings, Text
from ..probes.engines import Engines
from ..probes.gpus import Gpus
from ..probes.host import Host
from ..probes.setup import SetUpState
from .doctortext import next_step
from .report import card

#: Of one reading; the whole of it is in the recording (`localai record`).
MAX_READING_CHARS = 4000
T = TypeVar("T")
Pair = tuple[str, str]


@dataclass(frozen=True)
class Page:
    """Everything that stands on the page, as words. Pairs are (name, value)."""

    headline: str
    machine: tuple[Pair, ...]
    versions: tuple[Pair, ...]
    findings: tuple[Finding, ...]
    passed: tuple[str, ...]
    unknown: tuple[Pair, ...]
    readings: tuple[Pair, ...]


def write(path: Path, facts: Facts, diagnosis: Diagnosis, readings: Readings) -> None:
    """Write the page; `.md` gives Markdown, everything else HTML.

    Raises:
        LocalaiError: the file cannot be written.

    """
    from . import pagehtml, pagemarkdown

    form = pagemarkdown if path.suffix.lower() == ".md" else pagehtml
    redact = Redactor.for_readings(readings)
    save(path, form.text(redacted(page(facts, diagnosis, readings), redact.text)))


def save(path: Path, text: str) -> None:
    """The page's text as a file; raises LocalaiError where it cannot be written."""
    try:
        write_named(path, text.encode("utf-8", "replace"))
    except OSError as error:
        raise LocalaiError(
            f"The page could not be written to {path}: {error.strerror}.",
            hint="Name a file in a folder that you may write to.",
        ) from None


def page(facts: Facts, diagnosis: Diagnosis, readings: Readings) -> Page:
    """What the page says, before anything is taken out of it."""
    return Page(
        next_step(facts.get(SetUpState), diagnosis),
        tuple((line[:11].strip(), line[11:]) for line in card(facts)),
        tuple(_versions(facts)),
        diagnosis.findings,
        tuple(diagnosis.passed_here.values()),
        tuple(diagnosis.unknown.items()),
        tuple(_shown(readings)),
    )


def redacted(value: T, redact: Callable[[str], str]) -> T:
    """The same shape, with every text redacted: before it is escaped, so that nothing hides."""
    if isinstance(value, str):
        return cast("T", redact(value))
    if isinstance(value, tuple):
        return cast("T", tuple(redacted(one, redact) for one in value))
    if is_dataclass(value) and not isinstance(value, type):
        return replace(
            value, **{one.name: redacted(getattr(value, one.name), redact) for one in fields(value)}
        )
    return value


def _versions(facts: Facts) -> Iterator[Pair]:
    yield "localai", __version__
    host, setup = facts.get(Host) or Host(), facts.get(SetUpState) or SetUpState()
    engines: Sequence[Pair] = [
        (one.name, " ".join(filter(None, (one.version, f"({one.state})"))))
        for one in (facts.get(Engines) or Engines()).engines
    ]
    drivers = [
        (f"Driver of {gpu.name or gpu.vendor}", gpu.driver)
        for gpu in (facts.get(Gpus) or Gpus()).gpus
    ]
    pairs = [("Kernel", host.kernel), ("C library", host.libc), *drivers]
    pairs += [("Engine build", setup.build), ("Model", setup.model), *engines]
    yield from ((name, value) for name, value in pairs if value)


def _shown(readings: Readings) -> Iterator[Pair]:
    for key, reading in sorted(readings.by_key.items()):
        if isinstance(reading, Text):
            yield key, _cut(reading.everything)
        elif isinstance(reading, Failed):
            yield key, f"failed: {reading.reason}"


def _cut(text: str) -> str:
    left = len(text) - MAX_READING_CHARS
    return text if left <= 0 else f"{text[:MAX_READING_CHARS]}\n… and {left} more characters"
