"""Each problem fires on its fixtures and not on their look-alikes.

`from` names the program or file that prints such a text; under `quiet` stand texts of another cause.
"""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from localai_setup.diagnosis.explain import explain, problems
from localai_setup.diagnosis.searchtext import MAX_LINE_CHARS, SearchText
from localai_setup.diagnosis.signatures import find, wanted_words
from localai_setup.diagnosis.surroundings import Surroundings

from .growth import grows_at_most, seconds
from .required_words import required_words

pytestmark = pytest.mark.quick
FOLDER = Path(__file__).parent / "problems"
HEALTHY = yaml.safe_load((FOLDER.parent / "healthy_texts.yaml").read_text(encoding="utf-8"))
#: Of one signature on one line of the greatest length: a thousand times what a good one takes, so that
#: only one that backtracks without end is that slow on any machine.
SLOW_SECONDS = 5.0
PAGES = {
    path.stem: yaml.safe_load(path.read_text(encoding="utf-8"))
    for path in sorted(FOLDER.glob("*.yaml"))
}


def fixtures(kind: str) -> list:
    """(problem, text) of every fixture; `kind` is fires or quiet."""
    return [
        pytest.param(problem, one["text"], id=f"{problem}-{number}")
        for problem, page in PAGES.items()
        for number, one in enumerate(page.get(kind, ()))
    ]


def named(text: str) -> list[str]:
    return [one.id for one in explain(text, Surroundings()).found]


@pytest.mark.parametrize(("problem", "text"), fixtures("fires"))
def test_is_among_the_first_three(problem: str, text: str) -> None:
    assert problem in named(text)[:3]


@pytest.mark.parametrize(("problem", "text"), fixtures("quiet"))
def test_is_not_raised_by_a_look_alike(problem: str, text: str) -> None:
    assert problem not in named(text)


@pytest.mark.parametrize("name", sorted(problems()))
def test_problem_has_a_way_out_a_proof_of_it_and_a_page(name: str) -> None:
    problem = problems()[name].PROBLEM
    assert all(fix.text for fix in problem.fixes)
    assert any(fix.proof or fix.step for fix in problem.fixes)
    assert (FOLDER.parents[1] / "docs" / "problems" / f"{name}.md").exists()


@pytest.mark.parametrize("name", sorted(problems()))
def test_problem_names_each_sign_once(name: str) -> None:
    signs = getattr(problems()[name], "SIGNATURES", ())
    told = [(one.pattern, one.also, one.unless) for one in signs]
    assert len(set(told)) == len(told)


@pytest.mark.parametrize("name", [n for n in sorted(problems()) if not n.startswith("setup-")])
def test_problem_is_shown_by_a_fixture(name: str) -> None:
    """What localai itself set up shows in its state instead, which the patients prove."""
    assert PAGES[name]["fires"]


def test_nothing_is_found_in_nothing() -> None:
    assert not explain("", Surroundings()).found


@pytest.mark.parametrize("text", [pytest.param(one["text"], id=one["from"]) for one in HEALTHY])
def test_nothing_is_raised_by_a_healthy_text(text: str) -> None:
    assert not named(text)


@pytest.mark.parametrize("problem", sorted(problems()))
def test_needed_words_stand_in_every_match(problem: str) -> None:
    for signature in getattr(problems()[problem], "SIGNATURES", ()):
        assert signature.needs
        assert set(signature.needs) <= required_words(signature.pattern), signature.pattern


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("no such (?:host|file)", {"no", "such"}),
        ("out of memory|out of space", {"out", "of"}),
        ("GPUs? (?:is|are) lost", {"lost"}),
        (r"quarantin\w*", set()),
        (r"/dev/kfd.{0,40}no such", {"dev", "kfd", "no", "such"}),
        (r"(?:0\.0\.0\.0:|\*:)11434\b", {"11434"}),
    ],
)
def test_required_words(pattern: str, words: set[str]) -> None:
    assert required_words(pattern) == words


@pytest.mark.parametrize("problem", sorted(problems()))
def test_a_hostile_line_is_searched_in_time(problem: str) -> None:
    for signature in getattr(problems()[problem], "SIGNATURES", ()):
        for unit in (" ".join(signature.needs) + " ", "".join(signature.needs), "1", " "):
            line = " ".join(signature.needs) + " " + unit * MAX_LINE_CHARS
            text = SearchText.of(line[:MAX_LINE_CHARS])
            took = seconds(lambda: find(text, (signature,)))
            assert took < SLOW_SECONDS, signature.pattern


WRAPPED = {
    "a terminal breaks in a word": "Error: listen tcp 127.0.0.1:11434: bind: address alr\neady in use",
    "an issue breaks at a blank": "Error: listen tcp 127.0.0.1:11434: bind:\n    address already in use",
    "in a box": "│ Error: listen tcp 127.0.0.1:11434: bind: address │\n│ already in use                                     │",
    "in three lines": "Error: listen tcp\n127.0.0.1:11434: bind: address already in\nuse",
}


@pytest.mark.parametrize("text", [pytest.param(text, id=how) for how, text in WRAPPED.items()])
def test_a_wrapped_message_is_found(text: str) -> None:
    assert named(text)[0] == "ollama-port-taken"


def test_two_messages_are_not_taken_for_one() -> None:
    first, second = 'level=INFO msg="bind: address already"', "level=INFO in use"
    assert not named(f"{first}\n{second}")
    assert named(f"{first} {second.removeprefix('level=INFO ')}".replace('"', ""))


def test_a_message_at_the_seam_of_an_endless_line_is_found() -> None:
    message = "bind: address already in use 127.0.0.1:11434 "
    for before in range(0, len(message), 5):
        assert named("." * (MAX_LINE_CHARS - before) + " " + message + "." * MAX_LINE_CHARS)


def test_time_grows_with_the_text_alone() -> None:
    """Four times the text of words that signatures look for takes no more than so many times as long."""
    words = " ".join(sorted(wanted_words()))
    short, long = ((words + "\n") * times for times in (5, 20))
    assert grows_at_most(lambda: named(short), lambda: named(long), 6)
