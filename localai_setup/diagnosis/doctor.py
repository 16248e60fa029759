"""facts → findings. A check that crashes is a finding about us, never the end of the examination."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from types import ModuleType

from .. import catalog
from ..model.facts import Facts
from ..model.finding import STATUS_ORDER, Cleared, Finding, Status, Symptom, Unchecked
from ..probes.logs import TOGETHER, Logs
from .findings import finding, in_order
from .searchtext import SearchText
from .signatures import find, wanted_words
from .surroundings import Surroundings


@dataclass(frozen=True)
class Diagnosis:
    """What was found, which checks passed, and which could not be made (id → why)."""

    findings: tuple[Finding, ...]
    passed: tuple[str, ...]
    unknown: Mapping[str, str]

    @property
    def healthy(self) -> bool:
        return not any(one.status in ("fail", "warn") for one in self.findings)


def examine(
    facts: Facts, around: Surroundings, only: Collection[str] = (), skip: Collection[str] = ()
) -> Diagnosis:
    """Run every check (or `only` these, without those to `skip`) on the facts and the logs."""
    logs = _searchable(facts)
    found, passed, unknown = [], [], {}
    for name, check in catalog.modules("checks").items():
        if (only and name not in only) or name in skip:
            continue
        result = _judge(check, facts, logs)
        if isinstance(result, Symptom):
            found.append(finding(name, check.PROBLEM, result, around))
        elif isinstance(result, Unchecked):
            unknown[name] = result.reason
        elif hasattr(check, "check"):
            passed.append(name)
    return Diagnosis(in_order(found), tuple(passed), unknown)


def _searchable(facts: Facts) -> dict[str, SearchText]:
    logs = facts.get(Logs)
    return (
        {source: SearchText.of(text, wanted_words()) for source, text in logs.texts.items()}
        if logs
        else {}
    )


def _judge(
    check: ModuleType, facts: Facts, logs: Mapping[str, SearchText]
) -> Symptom | Unchecked | None:
    by_facts = _by_facts(check, facts)
    if isinstance(by_facts, Cleared):
        return None
    if isinstance(by_facts, Symptom) and _serious(by_facts.status or check.PROBLEM.status):
        return by_facts
    signatures, whole = getattr(check, "SIGNATURES", ()), logs.get(TOGETHER)
    found = [one for key, text in logs.items() if (one := find(text, signatures, key, whole))]
    return max(found, key=lambda symptom: symptom.certainty, default=by_facts)


def _serious(status: Status) -> bool:
    """What is only worth knowing by the facts may still be what broke, by the words of a log."""
    return STATUS_ORDER[status] < STATUS_ORDER["info"]


def _by_facts(check: ModuleType, facts: Facts) -> Symptom | Unchecked | Cleared | None:
    function = getattr(check, "check", None)
    if function is None:
        return None
    needed = catalog.parameter_types(function)
    broken = [kind for kind in needed if facts.get(kind) is None]
    if broken:
        return Unchecked(f"{broken[0].__name__} could not be read")
    try:
        result = function(*(facts[kind] for kind in needed))
    except Exception as error:
        return Unchecked(f"the check itself failed, which is a bug of localai: {error!r}")
    assert result is None or isinstance(result, (Symptom, Unchecked, Cleared))
    return result
