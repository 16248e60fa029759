"""What no signature recognises is guessed by its words, and told as a guess."""

import pytest

from localai_setup.diagnosis.explain import explain
from localai_setup.diagnosis.nearest import COMPLAINTS, nearest
from localai_setup.diagnosis.searchtext import SearchText
from localai_setup.diagnosis.surroundings import Surroundings

from .known import KNOWN, PROBLEMS

FOREIGN = [name for name in PROBLEMS if not name.startswith("setup-")]


def near(text):
    return nearest(SearchText.of(text, COMPLAINTS), KNOWN)


@pytest.mark.parametrize("name", FOREIGN)
def test_what_a_person_sees_leads_to_the_problem(name):
    """In the words of the page, which no program prints."""
    problem = PROBLEMS[name].problem
    assert name in near(f"{problem.title} {problem.seen}")[:3]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "failed",
        "The error is that nothing was unexpected.",
        "warning: the river was wide and slow",
    ],
)
def test_a_word_or_two_are_near_to_nothing(text):
    told = explain(text, Surroundings(), KNOWN)
    assert not told.found
    assert not told.near


def test_a_guess_says_that_it_is_one():
    told = explain(
        "error: the amdgpu kernel driver cannot be loaded by modprobe", Surroundings(), KNOWN
    )
    assert not told.found
    assert "amd-amdgpu-not-loaded" in [one.id for one in told.near]
    assert {one.status for one in told.near} == {"info"}
    assert {one.evidence for one in told.near} == {()}
    assert all("recognised" in one.what for one in told.near)


def test_with_what_was_recognised_there_are_three_at_most():
    told = explain(
        "amdgpu driver not detected /sys/module/amdgpu: no compatible GPU", Surroundings(), KNOWN
    )
    assert told.found
    assert len(told.found) + len(told.near) <= 3
    assert not {one.id for one in told.found} & {one.id for one in told.near}


def test_of_a_long_log_the_lines_that_complain_count():
    log = [f"step {number} of the work went as planned" for number in range(5000)]
    log[2500] = "error: kernel driver amdgpu is not loaded, ROCm finds no AMD card"
    assert "amd-amdgpu-not-loaded" in near("\n".join(log))[:3]
