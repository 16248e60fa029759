"""What a text may be about in which no sign of a problem stands: pages by its words, causes of a complaint."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from ..diagnosis.elsewhere import is_elsewhere
from ..diagnosis.findings import finding
from ..diagnosis.surroundings import Surroundings
from ..model.finding import Finding, Symptom
from ..model.known import KnownProblems
from ..problems import complaints, languages, plainwords, suggestions, topic
from ..problems.complaints import Complaint

#: One line of fewer words is like some page by chance: 29 such sentences of the tests have a page that stands out
#: beside the causes, and hardly one is right.
_AT_LENGTH = 20


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
    if complaint := complaints.understood(languages.in_english(text)):
        return Account(complaint)
    if size <= plainwords.MAX_COMPLAINT_BYTES and plainwords.in_plain_words(text):
        complaint = complaints.understood(text)
        if complaint:
            return _of_complaint(text, complaint, known, around)
    elif size <= plainwords.MAX_REPORT_BYTES and plainwords.is_report(text):
        names = suggestions.suggested(_weighed(text, known, around))
        return Account(None, _possible(names, known, around))
    return _of_its_words(text, known, around)


def _of_its_words(text: str, known: KnownProblems, around: Surroundings) -> Account:
    """Where a person tells of a trouble in words that are no complaint's: the one page that stands out, if any."""
    if len(text.encode()) > plainwords.MAX_REPORT_BYTES or not plainwords.is_troubled(text):
        return Account()
    names = suggestions.distinct(_weighed(text, known, around))
    return Account(None, _possible(names, known, around))


def _weighed(text: str, known: KnownProblems, around: Surroundings) -> Mapping[str, float]:
    """How much speaks for each page, without those of systems and engines that the text is not of."""
    weights = suggestions.weighed(text, known)
    return {
        name: weight
        for name, weight in weights.items()
        if not is_elsewhere(known.by_id[name], around)
    }


def _of_complaint(
    text: str, complaint: Complaint, known: KnownProblems, around: Surroundings
) -> Account:
    """A report tells which of the causes is likeliest; a page beside them is named only where it stands out."""
    one_line = "\n" not in text.strip()
    if complaint.answer or (one_line and len(text.split()) < _AT_LENGTH):
        return Account(complaint)
    weights = _weighed(text, known, around)
    names = suggestions.distinct(weights) or (() if one_line else suggestions.suggested(weights))
    of_page = {one.problem: one.id for one in complaints.table().causes_of(complaint)}
    if not names or names[0] not in of_page:
        others = [name for name in suggestions.distinct(weights) if name not in of_page]
        return Account(complaint, _possible(others, known, around))
    first = of_page[names[0]]
    rest = tuple(name for name in complaint.causes if name != first)
    return Account(replace(complaint, causes=(first, *rest)))


def _possible(
    names: Sequence[str], known: KnownProblems, around: Surroundings
) -> tuple[Finding, ...]:
    maybe = Symptom("", certainty=0, status="info", confidence="possible")
    return tuple(finding(known.by_id[name], maybe, around) for name in names)
