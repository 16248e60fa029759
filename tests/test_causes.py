"""What a problem leads to is told behind it, and the pages' `leads_to` never turn in a circle."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from localai_setup.diagnosis.causes import causes_first
from localai_setup.diagnosis.explain import explain
from localai_setup.diagnosis.surroundings import Surroundings
from localai_setup.model.finding import Confidence, Finding, Problem
from localai_setup.model.known import KnownProblem, KnownProblems

from .known import KNOWN, PAGES

LINKS = [(cause, effect) for cause, page in PAGES.items() for effect in page.leads_to]


def _finding(name: str, confidence: Confidence = "sure") -> Finding:
    return Finding(name, "fail", name, "", "", (), (), confidence=confidence)


def _known(leads_to: dict[str, tuple[str, ...]]) -> KnownProblems:
    return KnownProblems(
        {
            name: KnownProblem(name, "", Problem("", "", "", (), leads_to=effects))
            for name, effects in leads_to.items()
        }
    )


def _order(known: KnownProblems, *found: Finding) -> list[str]:
    return [one.id for one in causes_first(found, known)]


def test_pages_lead_to_known_problems() -> None:
    assert LINKS
    assert {effect for _, effect in LINKS} <= PAGES.keys()


def test_no_problem_leads_to_itself_by_others() -> None:
    assert not [name for name in PAGES if name in KNOWN.caused_by(name)]


def test_no_link_says_what_others_say_already() -> None:
    def others(cause: str, effect: str) -> set[str]:
        return {
            far for one in PAGES[cause].leads_to if one != effect for far in KNOWN.caused_by(one)
        }

    assert not [(cause, effect) for cause, effect in LINKS if effect in others(cause, effect)]


def _texts_of_both() -> Iterator[tuple[str, str, str]]:
    """(cause, effect, a text that shows the effect above its cause)."""
    for cause, effect in LINKS:
        if PAGES[cause].fires and PAGES[effect].fires:
            text = f"{PAGES[effect].fires[0].text}\n\n{PAGES[cause].fires[0].text}"
            yield cause, effect, text


def test_of_two_in_one_text_the_cause_comes_first() -> None:
    wrong, both = [], 0
    for cause, effect, text in _texts_of_both():
        found = explain(text.splitlines(), Surroundings(), KNOWN).found
        names = [one.id for one in found if one.confidence != "possible" or one.id == effect]
        if cause in names and effect in names:
            both += 1
            wrong += [(cause, effect)] * (names.index(cause) > names.index(effect))
    assert not wrong
    assert both > len(LINKS) / 2


def test_a_cause_comes_before_what_it_causes_by_others() -> None:
    known = _known({"a": ("b",), "b": ("c",), "c": ()})
    assert _order(known, _finding("c"), _finding("x"), _finding("a")) == ["a", "c", "x"]


def test_what_is_only_possible_is_no_cause() -> None:
    known = _known({"a": ("b",), "b": ()})
    assert _order(known, _finding("b"), _finding("a", "possible")) == ["b", "a"]


@pytest.mark.parametrize("size", [2, 3, 40])
def test_own_pages_may_lead_to_each_other_in_a_circle(size: int) -> None:
    names = [f"p{number}" for number in range(size)]
    known = _known({name: (names[(at + 1) % size],) for at, name in enumerate(names)})
    assert sorted(_order(known, *map(_finding, names))) == sorted(names)
