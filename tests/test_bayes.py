"""Which page a text is most probably about, by the words of the pages and of the reports about them."""

from __future__ import annotations

import pytest

from localai_setup.model.finding import Problem, Signature
from localai_setup.model.known import KnownProblem, KnownProblems
from localai_setup.problems import wording
from localai_setup.problems.bayes import Bayes, bayes

from .known import KNOWN, PAGES

pytestmark = pytest.mark.quick
#: What was measured when the reports came: 9 of 10 pages are first for the first text that shows their problem.
LEAST_OWN_SHARE = 0.85


def page(name: str, *sentences: str, reports: tuple[str, ...] = ()) -> KnownProblem:
    words = wording.with_complaints("", sentences)
    signs = (Signature(name, ()),)
    return KnownProblem(
        name, "", Problem(name, "", "", ()), signs, (), words, wording.of_reports(reports)
    )


def first(text: str, *pages: KnownProblem) -> str:
    scores = Bayes(KnownProblems({one.id: one for one in pages})).scores(text.splitlines())
    return max(scores, key=scores.__getitem__)


DISK = page("disk", "no room for the weights", "the drive is full")
CARD = page("card", "no driver for the graphics", "the screen is dark")


@pytest.mark.parametrize(
    ("text", "expected"),
    [("the drive has no room", "disk"), ("the screen has no driver", "card")],
)
def test_a_text_is_of_the_page_with_its_rare_words(text, expected):
    assert first(text, DISK, CARD) == expected


def test_what_only_reports_say_counts_too():
    taught = page("card", "no driver for the graphics", reports=("quokka / the fans howl",))
    assert first("my fans howl, no room", DISK, taught) == "card"


def test_each_word_is_less_probable_than_certain():
    scores = bayes(KNOWN).scores(["no space left on device"])
    assert scores.keys() == {name for name, one in KNOWN.by_id.items() if one.signatures}
    assert max(scores.values()) < 0


def test_words_that_no_page_has_tell_nothing():
    assert bayes(KNOWN).scores(["zyx wvu tsr"]) == {}
    assert bayes(KNOWN).scores([]) == {}


def test_most_pages_are_the_most_probable_of_their_own_examples():
    """Also without the signs."""
    pages = {name: one for name, one in PAGES.items() if one.fires}
    of = bayes(KNOWN)
    scores = {name: of.scores(one.fires[0].text.splitlines()) for name, one in pages.items()}
    right = [name for name, one in scores.items() if max(one, key=one.__getitem__) == name]
    assert len(right) > LEAST_OWN_SHARE * len(pages), len(right)


def test_reports_are_single_lines_of_their_own():
    for name, one in PAGES.items():
        assert len(set(one.reports)) == len(one.reports), name
        assert not any("\n" in report for report in one.reports), name
