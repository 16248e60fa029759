"""facts → findings. A check that crashes is a finding about us, never the end of the examination."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from .. import catalog
from ..model.facts import Facts
from ..model.finding import (
    STATUS_ORDER,
    Cleared,
    Finding,
    Signatures,
    Status,
    Symptom,
    Unchecked,
)
from ..model.known import KnownProblem, KnownProblems
from ..probes.logs import TOGETHER, Logs
from . import subjects
from .causes import causes_first
from .findings import finding, in_order
from .searchtext import SearchText
from .signatures import conclude, find, last, may_show
from .surroundings import Surroundings


@dataclass(frozen=True)
class Diagnosis:
    """What was found, which checks passed (id → what is well), which could not be made (id → why).

    `not_here` are those of `passed` whose subject (a GPU, an engine, a system) this machine lacks.
    """

    findings: tuple[Finding, ...]
    passed: Mapping[str, str]
    unknown: Mapping[str, str]
    not_here: frozenset[str] = frozenset()

    @property
    def passed_here(self) -> Mapping[str, str]:
        """Of the checks that passed, those that are about this machine."""
        return {name: well for name, well in self.passed.items() if name not in self.not_here}

    @property
    def healthy(self) -> bool:
        return not any(one.status in ("fail", "warn") for one in self.findings)


def examine(
    facts: Facts,
    around: Surroundings,
    known: KnownProblems,
    only: Collection[str] = (),
    skip: Collection[str] = (),
) -> Diagnosis:
    """Look for every problem (or `only` these, without those to `skip`) in the facts and the logs."""
    logs = _searchable(facts, known.words)
    found, passed, unknown = [], {}, {}
    for name, one in known.by_id.items():
        if (only and name not in only) or name in skip:
            continue
        result = _judge(one, facts, logs)
        if isinstance(result, Symptom):
            found.append(finding(one, result, around))
        elif isinstance(result, Unchecked):
            unknown[name] = result.reason
        elif name in catalog.modules("checks"):
            passed[name] = one.healthy
    absent = frozenset(name for name in passed if subjects.is_absent(name, facts))
    return Diagnosis(causes_first(in_order(found), known), passed, unknown, absent)


def _searchable(facts: Facts, words: frozenset[str]) -> dict[str, SearchText]:
    logs = facts.get(Logs)
    return (
        {source: SearchText.of(text, words) for source, text in logs.texts.items()} if logs else {}
    )


def _judge(
    known: KnownProblem, facts: Facts, logs: Mapping[str, SearchText]
) -> Symptom | Unchecked | None:
    by_facts = _by_facts(known, facts)
    if isinstance(by_facts, Cleared):
        return None
    if isinstance(by_facts, Symptom) and _serious(by_facts.status or known.problem.status):
        return by_facts
    complete = logs.get(TOGETHER)
    # nearly all signs ask for words that stand nowhere: seen once, not in each text anew
    signs = [one for one in known.signatures if complete is None or may_show(complete, one)]
    if not signs:
        return by_facts
    found = [
        one
        for key, text in logs.items()
        for one in find(text, signs, key, complete, _last_good_news(text, known))
    ]
    return conclude(found) or by_facts


def _last_good_news(text: SearchText, known: KnownProblem) -> int:
    """The line of this log below which the problem would still be there."""
    news = last(text, known.good_news)
    return news.place if news else -1


def _serious(status: Status) -> bool:
    """What is only worth knowing by the facts may still be what broke, by the words of a log."""
    return STATUS_ORDER[status] < STATUS_ORDER["info"]


def _by_facts(known: KnownProblem, facts: Facts) -> Symptom | Unchecked | Cleared | None:
    module = catalog.modules("checks").get(known.id)
    if module is None:
        return None
    needed = catalog.parameter_types(module.check)
    given = {kind: facts.get(kind) for kind in needed} | {Signatures: Signatures(known.signatures)}
    broken = [kind for kind in needed if given[kind] is None]
    if broken:
        return Unchecked(f"{broken[0].__name__} could not be read")
    try:
        result = module.check(*(given[kind] for kind in needed))
    except Exception as error:
        return Unchecked(f"the check itself failed, which is a bug of localai: {error!r}")
    assert result is None or isinstance(result, (Symptom, Unchecked, Cleared))
    return result
