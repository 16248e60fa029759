"""What a problem page holds. The field names and types are the schema: `recipes/schema.py` checks
pages against them, and the published JSON schema is made of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ..model.finding import Fix, Status

SCHEMA = "localai.problem/1"
EXTENSION_SCHEMA = "localai.problem-extension/1"
#: level → the certainty of its signs where they give no number, and the range that a number must
#: lie in (from, below)
LEVELS: dict[str, tuple[float, float, float]] = {
    "sure": (0.97, 0.95, 1.0),
    "likely": (0.9, 0.8, 0.95),
    "hint": (0.75, 0.0, 0.8),
}


@dataclass(frozen=True)
class Example:
    """A text as a program prints it."""

    printed_by: str
    text: str


@dataclass(frozen=True)
class Sign:
    """Regular expressions, each of which shows the problem; a text alone stands for one of them.

    Each is searched without regard to case in one line, or in a window of so many `lines`. `also`
    must all be found somewhere in the whole text, `unless` must not. `compare` holds comparisons of
    numbers that the text tells: `driver.library differs-from driver.kernel_module`.
    """

    any: tuple[str, ...] = field(metadata={"shorthand": True})
    certainty: float | None = None
    lines: int = 1
    also: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    compare: tuple[str, ...] = ()


@dataclass(frozen=True)
class Signs:
    """How the problem shows itself in a text, by how surely it is this problem and no other."""

    sure: tuple[Sign, ...] = ()
    likely: tuple[Sign, ...] = ()
    hint: tuple[Sign, ...] = ()

    def by_level(self) -> Iterator[tuple[str, Sign]]:
        """(level, sign), the surest level first."""
        for level in LEVELS:
            yield from ((level, sign) for sign in getattr(self, level))


@dataclass(frozen=True)
class PageFix(Fix):
    """A fix of the page's own, or a `remedy` of `remedies.yaml` with its `values`.

    A remedy takes the page's `text`, `proof` and `loses` as values too; with `where: {systems: …}`
    only its variants for these systems are taken.
    """

    text: str = ""
    remedy: str = ""
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Page:
    """One problem; see `model/finding.py` for what its words are for.

    `complaints` are sentences of people who have it and no message to show. `reports` are what people post or
    paste who have it, lines joined by ` / `: only their words count, no sign has to be found in them. `fires` are texts that show the
    problem, `quiet` look-alikes that do not. Whatever stands before
    the last match of `cleared_by` (expressions for good news) in a text is over. `leads_to` are the problems
    that this one causes: where a text shows both, this one is told first.
    """

    schema: str
    title: str
    healthy: str
    seen: str
    why: str
    fixes: tuple[PageFix, ...]
    status: Status = "fail"
    likelihood: float = 0.5
    systems: tuple[str, ...] = ()
    confused_with: tuple[str, ...] = ()
    leads_to: tuple[str, ...] = ()
    complaints: tuple[str, ...] = ()
    reports: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    signs: Signs = Signs()
    cleared_by: tuple[str, ...] = ()
    fires: tuple[Example, ...] = ()
    quiet: tuple[Example, ...] = ()


@dataclass(frozen=True)
class Extension:
    """What a user or company adds to a shipped problem: fixes, which come first, signs and complaints."""

    schema: str
    fixes: tuple[PageFix, ...] = ()
    complaints: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    signs: Signs = Signs()
    fires: tuple[Example, ...] = ()
    quiet: tuple[Example, ...] = ()
