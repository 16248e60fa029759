"""What a text may be about in which no sign of a problem stands: pages by its words, causes of a complaint."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from ..diagnosis.elsewhere import is_elsewhere
from ..diagnosis.findings import finding
from ..diagnosis.surroundings import Surroundings
from ..model.finding import Finding, Symptom
from ..model.known import KnownProblems
from ..problems import complaints, languages, plainwords, suggestions, topic
from ..problems.complaints import Complaint

#: No more words are one paragraph of somebody who complains; a report has an empty line below its title.
_PARAGRAPH_WORDS, _EMPTY_LINE = 60, re.compile(r"\n[ \t]*\n")
#: What trackers put before a title.
_TAG = re.compile(
    r"^\s*(?:(?:misc\. |eval )?(?:bug|issue|question)\s?:|\[(?:bug|issue|question|qst|usage|performance|help)\W{0,2}\]\s?:?)\s*",
    re.IGNORECASE,
)
#: One line of fewer words is like some page by chance, unless the words are much those of one page.
_AT_LENGTH = 20
#: What names no program or card is about some page in as many words.
_SOME_WORDS = 6


@dataclass(frozen=True)
class Account:
    """What a person told: a complaint that is understood, and pages that it may be about as well.

    `pages` are up to three, the likeliest first: of causes of the complaint and others. `suggested` are those of
    them that are no causes of it.
    """

    complaint: Complaint | None = None
    suggested: tuple[Finding, ...] = ()
    pages: tuple[Finding, ...] = ()

    def __bool__(self) -> bool:
        return self.complaint is not None or bool(self.suggested)

    @property
    def steps_of(self) -> tuple[Finding, ...]:
        """The page whose steps are told at once: the likeliest, where the text asks for no other answer."""
        return () if self.complaint and self.complaint.answer else self.pages[:1]

    @property
    def is_rather_suggested(self) -> bool:
        """Whether the likeliest page is none of the complaint's causes."""
        return bool(self.suggested) and self.suggested[0].id == self.pages[0].id


@dataclass(frozen=True)
class Report:
    """A text, and where it was written: what it tells of its machine, and the reader's where it tells nothing."""

    text: str
    known: KnownProblems
    stated: Surroundings
    reader: Surroundings

    @cached_property
    def weighed(self) -> Mapping[str, float]:
        """How much speaks for each page, without those of systems and engines that the text is not of.

        The reader's machine drops none: a text that names no system may be of another computer.
        """
        return self._here(suggestions.weighed(self.text, self.known))

    @cached_property
    def alike(self) -> Mapping[str, float]:
        """How like each page of these is."""
        return self._here(suggestions.alike(self.text, self.known))

    def _here(self, weights: Mapping[str, float]) -> Mapping[str, float]:
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
    report = replace(report, text=_unwrapped(_TAG.sub("", report.text)))
    text = report.text
    if len(text.encode()) > plainwords.MAX_REPORT_BYTES or not _is_ours(report):
        return Account()
    if complaint := complaints.understood(languages.in_english(text)):
        return Account(complaint)
    is_own_words = _is_own_words(text)
    complaint = complaints.understood(text) if is_own_words else None
    if complaint and complaint.answer:
        return Account(complaint)
    if is_own_words and _is_one_line(text) and not (complaint and _is_at_length(text)):
        return _of_a_line(report, complaint)
    if complaint or _is_of_trouble(text, is_own_words) or _is_likely_error(report):
        return _likeliest(report, complaint)
    return Account()


def _is_likely_error(report: Report) -> bool:
    """Whether a program printed an error of its own, much in the words of one page."""
    if not plainwords.names_an_error(report.text):
        return False
    return suggestions.is_much_like(report.text, report.weighed, report.known)


def _is_of_trouble(text: str, is_own_words: bool) -> bool:
    is_report = not is_own_words and plainwords.is_report(text)
    is_stated = is_report or plainwords.is_troubled(text)
    return is_stated and not (is_own_words and _is_over(text))


def _is_over(text: str) -> bool:
    """A title that names a trouble stands above a report, also where somebody tells how it was solved."""
    title = text.strip().partition("\n")[0]
    return complaints.is_good_news(text) and not plainwords.names_trouble(title)


def _is_ours(report: Report) -> bool:
    """Who names no model may still tell of what keeps one from being installed, in the words of a page."""
    text = report.text
    if topic.is_ours(text):
        return True
    if not _is_own_words(text):
        return False
    is_named = topic.names_a_tool(text) or complaints.understood(text) is not None
    return is_named and suggestions.is_of_a_page(text, report.alike, report.known)


def _unwrapped(text: str) -> str:
    """One short paragraph as one line: terminals, mails and chats break what a person typed as one."""
    words = text.split()
    is_paragraph = len(words) <= _PARAGRAPH_WORDS and not _EMPTY_LINE.search(text.strip())
    return " ".join(words) if is_paragraph and plainwords.in_plain_words(text) else text


def _is_own_words(text: str) -> bool:
    is_short = len(text.encode()) <= plainwords.MAX_COMPLAINT_BYTES
    return is_short and plainwords.in_plain_words(text)


def _is_one_line(text: str) -> bool:
    return "\n" not in text.strip()


def _is_at_length(text: str) -> bool:
    return len(text.split()) >= _AT_LENGTH


def _of_a_line(report: Report, complaint: Complaint | None) -> Account:
    """The pages whose words it has, if it says enough for that and that something is wrong."""
    line = report.text
    says_enough = topic.names_something(line) or len(line.split()) >= _SOME_WORDS
    is_meant = says_enough and (complaint is not None or _may_be_trouble(line))
    if is_meant and suggestions.is_of_a_page(line, report.alike, report.known):
        return _likeliest(report, complaint)
    return Account(complaint)


def _may_be_trouble(line: str) -> bool:
    """Whoever is content may name a trouble that is over, or none ("no errors at all")."""
    is_about_it = topic.names_a_tool(line) or plainwords.names_trouble(line)
    return is_about_it and not complaints.is_good_news(line)


def _likeliest(report: Report, complaint: Complaint | None) -> Account:
    """The pages that it may be about; those that are causes of the complaint are told as such, and first."""
    names = suggestions.likeliest(report.weighed)
    causes = complaints.table().causes_of(complaint) if complaint else ()
    # the most usual of two causes with the same page
    of_page = {one.problem: one.id for one in reversed(causes) if one.problem}
    others = report.possible([name for name in names if name not in of_page])
    if not complaint:
        return Account(None, others, others)
    first = [of_page[name] for name in names if name in of_page]
    ordered = tuple(dict.fromkeys((*first, *complaint.causes)))
    return Account(replace(complaint, causes=ordered), others, report.possible(names))
