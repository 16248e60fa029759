"""text → findings: by the signs of the problems, the surest and most common first, causes before what they cause."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from ..model.finding import Evidence, Finding, Symptom
from ..model.known import KnownProblem, KnownProblems
from ..problems.card_names import makers_of
from ..problems.likeness import likeness
from . import textmachine
from .causes import causes_first
from .elsewhere import is_elsewhere
from .findings import by_likeness, finding, in_order
from .quoting import is_quoted
from .searchtext import SearchText
from .signatures import conclude, find, last
from .surroundings import Surroundings
from .textmachine import TextMachine

#: What a problem of another system or engine than the text's loses of its certainty.
_ELSEWHERE = 0.1


@dataclass(frozen=True)
class Cleared:
    """A problem that shows in the text, and what stands below it and says that it is over."""

    id: str
    title: str
    evidence: Evidence
    good_news: Evidence


@dataclass(frozen=True)
class Explained:
    """What was recognised by its messages, for the `machine` that the text tells of."""

    found: tuple[Finding, ...]
    cleared: tuple[Cleared, ...] = ()
    machine: TextMachine = field(default_factory=TextMachine)


def explain(text: str | Iterable[str], reader: Surroundings, known: KnownProblems) -> Explained:
    """Every known problem that the text (or its lines) shows, with fixes for the machine in the text.

    What the text leaves open is taken from `reader`, the machine it is read on.
    """
    ready = SearchText.of(text, known.words)
    machine = _with_cards(textmachine.read(ready))
    around = machine.around.over(reader)
    found, cleared = list[Finding](), list[Cleared]()
    for one in known.possible(ready.words):
        shown = _symptom(one, ready)
        if isinstance(shown, Symptom):
            found.append(finding(one, shown, around))
        elif shown:
            cleared.append(shown)
    here = (_less_sure_elsewhere(one, known, machine.around) for one in found)
    ordered = by_likeness(in_order(here), lambda: likeness(known).scores(ready.lines))
    stated = causes_first(ordered, known)
    if is_quoted(ready.lines):
        stated = tuple(replace(one, confidence="possible", status="info") for one in stated)
    return Explained(stated, tuple(cleared), machine)


def _with_cards(machine: TextMachine) -> TextMachine:
    return replace(machine, around=replace(machine.around, cards=makers_of(machine.gpus)))


def _less_sure_elsewhere(one: Finding, known: KnownProblems, around: Surroundings) -> Finding:
    """Of two findings the one comes first that is about the system and engine that the text names."""
    elsewhere = is_elsewhere(known.by_id[one.id], around)
    return replace(one, certainty=one.certainty - _ELSEWHERE) if elsewhere else one


def _symptom(known: KnownProblem, text: SearchText) -> Symptom | Cleared | None:
    signs = find(text, known.signatures)
    news = last(text, known.good_news) if signs else None
    if news is None or any(sign.place > news.place for sign in signs):
        return conclude(signs)
    later = conclude(find(text, known.signatures, after=news.place))
    return later or Cleared(known.id, known.problem.title, signs[0].evidence, news.evidence)
