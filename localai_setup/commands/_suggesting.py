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


@dataclass(frozen=True)
class Report:
    """A text, and where it was written: what it tells of its machine, and the reader's where it tells nothing."""

    text: str
    known: KnownProblems
    stated: Surroundings
    reader: Surroundings

    def weighed(self) -> Mapping[str, float]:
        """How much speaks for each page, without those of systems and engines that the text is not of.

        The reader's machine drops none: a text that names no system may be of another computer.
        """
        weights = suggestions.weighed(self.text, self.known)
        pages = self.known.by_id
        return {
            name: weight
            for name, weight in weights.items()
            if not is_elsewhere(pages[name], self.stated)
        }

    def possible(self, names: Sequence[str]) -> tuple[Finding, ...]:
        """These pages as mere possibilities, with the fixes for the machine of the text."""
        maybe = Symptom("", certainty=0, status="info", confidence="possible")
        around = self.stated.over(self.reader)
        return tuple(finding(self.known.by_id[name], maybe, around) for name in names)


def account(report: Report) -> Account:
    """Empty where this is neither a complaint in plain words nor a report of a trouble with local models."""
    text = report.text
    if not topic.is_ours(text):
        return Account()
    size = len(text.encode())
    if complaint := complaints.understood(languages.in_english(text)):
        return Account(complaint)
    if size <= plainwords.MAX_COMPLAINT_BYTES and plainwords.in_plain_words(text):
        complaint = complaints.understood(text)
        if complaint:
            return _of_complaint(report, complaint)
    elif size <= plainwords.MAX_REPORT_BYTES and plainwords.is_report(text):
        names = suggestions.suggested(report.weighed())
        return Account(None, report.possible(names))
    return _of_its_words(report)


def _of_its_words(report: Report) -> Account:
    """Where a person tells of a trouble in words that are no complaint's: the one page that stands out, if any."""
    text = report.text
    if len(text.encode()) > plainwords.MAX_REPORT_BYTES or not plainwords.is_troubled(text):
        return Account()
    names = suggestions.distinct(report.weighed())
    return Account(None, report.possible(names))


def _of_complaint(report: Report, complaint: Complaint) -> Account:
    """A report tells which of the causes is likeliest; a page beside them is named only where it stands out."""
    text = report.text
    one_line = "\n" not in text.strip()
    if complaint.answer or (one_line and len(text.split()) < _AT_LENGTH):
        return Account(complaint)
    weights = report.weighed()
    names = suggestions.distinct(weights) or (() if one_line else suggestions.suggested(weights))
    of_page = {one.problem: one.id for one in complaints.table().causes_of(complaint)}
    if not names or names[0] not in of_page:
        others = [name for name in suggestions.distinct(weights) if name not in of_page]
        return Account(complaint, report.possible(others))
    first = of_page[names[0]]
    rest = tuple(name for name in complaint.causes if name != first)
    return Account(replace(complaint, causes=(first, *rest)))
