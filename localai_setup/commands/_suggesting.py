"""What a text may be about in which no sign of a problem stands: pages by its words, causes of a complaint."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ..diagnosis.elsewhere import is_elsewhere
from ..diagnosis.findings import finding
from ..diagnosis.surroundings import Surroundings
from ..model.finding import Finding, Symptom
from ..model.known import KnownProblems
from ..problems import complaints, plainwords, suggestions, topic
from ..problems.complaints import Complaint


@dataclass(frozen=True)
class Account:
    """What a person told: a complaint that is understood, and pages that it may be about."""

    complaint: Complaint | None = None
    suggested: tuple[Finding, ...] = ()

    def __bool__(self) -> bool:
        return self.complaint is not None or bool(self.suggested)


def account(text: str, known: KnownProblems, around: Surroundings) -> Account:
    """Empty where this is neither a complaint in plain words nor a report of a trouble with local models."""
    if not topic.is_ours(text):
        return Account()
    size = len(text.encode())
    if size <= plainwords.MAX_COMPLAINT_BYTES and plainwords.in_plain_words(text):
        complaint = complaints.understood(text)
        return _of_complaint(text, complaint, known, around) if complaint else Account()
    if size > plainwords.MAX_REPORT_BYTES or not plainwords.is_report(text):
        return Account()
    names = _suggested(text, known, around)
    return Account(None, _possible(names, known, around))


def _suggested(text: str, known: KnownProblems, around: Surroundings) -> tuple[str, ...]:
    """The ids of the pages that it may be about, without those of systems and engines that it is not of."""
    weights = suggestions.weighed(text, known)
    here = {
        name: weight
        for name, weight in weights.items()
        if not is_elsewhere(known.by_id[name], around)
    }
    return suggestions.suggested(here)


def _of_complaint(
    text: str, complaint: Complaint, known: KnownProblems, around: Surroundings
) -> Account:
    """A sentence says no more than its complaint; a report tells which of the causes is likeliest."""
    if complaint.answer or "\n" not in text.strip():
        return Account(complaint)
    names = _suggested(text, known, around)
    of_page = {one.problem: one.id for one in complaints.table().causes_of(complaint)}
    if not names or names[0] not in of_page:
        others = [name for name in names if name not in of_page]
        return Account(complaint, _possible(others, known, around))
    first = of_page[names[0]]
    rest = tuple(name for name in complaint.causes if name != first)
    return Account(replace(complaint, causes=(first, *rest)))


def _possible(
    names: Sequence[str], known: KnownProblems, around: Surroundings
) -> tuple[Finding, ...]:
    maybe = Symptom("", certainty=0, status="info", confidence="possible")
    return tuple(finding(known.by_id[name], maybe, around) for name in names)
