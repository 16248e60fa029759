"""Each problem is found in the texts of its page that show it, and not in their look-alikes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import pytest
import yaml

from localai_setup.diagnosis.explain import explain
from localai_setup.diagnosis.searchtext import MAX_LINE_CHARS
from localai_setup.diagnosis.surroundings import Surroundings
from localai_setup.model.finding import Problem, Signature
from localai_setup.model.known import KnownProblem, KnownProblems
from localai_setup.problems.page import Example
from localai_setup.problems.words import needed_phrase, needed_words

from .known import KNOWN, PAGES, PROBLEMS

pytestmark = pytest.mark.quick
HERE = Path(__file__).parent
PROBLEM = Problem("It broke.", "It stopped.", "Because.", ())
HEALTHY = yaml.safe_load((HERE / "healthy_texts.yaml").read_text(encoding="utf-8"))


def fixtures(kind: str) -> list:
    """(problem, its texts) of every page that has such; `kind` is fires or quiet."""
    return [
        pytest.param(problem, texts, id=problem)
        for problem, page in PAGES.items()
        if (texts := [one.text for one in getattr(page, kind)])
    ]


def named(text: str) -> list[str]:
    return [one.id for one in explain(text, Surroundings(), KNOWN).found]


@pytest.mark.parametrize(("problem", "texts"), fixtures("fires"))
def test_is_among_the_first_three(problem: str, texts: list[str]) -> None:
    found = {text: named(text)[:3] for text in texts}
    assert not {text: others for text, others in found.items() if problem not in others}


@pytest.mark.parametrize(("problem", "texts"), fixtures("quiet"))
def test_is_not_raised_by_a_look_alike(problem: str, texts: list[str]) -> None:
    assert not [text for text in texts if problem in named(text)]


@pytest.mark.parametrize("name", sorted(PROBLEMS))
def test_problem_has_a_way_out_a_proof_of_it_and_a_page(name: str) -> None:
    problem = PROBLEMS[name].problem
    assert all(fix.text for fix in problem.fixes)
    assert any(fix.proof or fix.step for fix in problem.fixes)
    assert (HERE.parent / "docs" / "problems" / f"{name}.md").exists()


@pytest.mark.parametrize("name", sorted(PROBLEMS))
def test_problem_names_each_sign_once(name: str) -> None:
    signs = PROBLEMS[name].signatures
    reported = [(one.pattern, one.also, one.unless) for one in signs]
    assert len(set(reported)) == len(reported)


@pytest.mark.parametrize("name", [n for n in sorted(PROBLEMS) if not n.startswith("setup-")])
def test_problem_is_shown_by_a_fixture(name: str) -> None:
    """What localai itself set up shows in its state instead, which the patients prove."""
    assert PAGES[name].fires


def test_nothing_is_found_in_nothing() -> None:
    assert not explain("", Surroundings(), KNOWN).found


@pytest.mark.parametrize("text", [pytest.param(one["text"], id=one["from"]) for one in HEALTHY])
def test_nothing_is_raised_by_a_healthy_text(text: str) -> None:
    assert not named(text)


@pytest.mark.parametrize(
    "text",
    [
        "TCP    0.0.0.0:11434          0.0.0.0:0              LISTENING       7044",
        "ollama/ollama   Up 2 days   0.0.0.0:11434->11434/tcp   ollama",
    ],
)
def test_an_open_port_alone_is_a_hint_and_no_alarm(text: str) -> None:
    (one,) = explain(text, Surroundings(), KNOWN).found
    assert (one.id, one.status) == ("engine-api-exposed-unauthenticated", "info")


@pytest.mark.parametrize("name", sorted(PROBLEMS))
def test_needed_words_and_phrase_stand_in_every_match(name: str) -> None:
    """A text is not searched without them, so a word too many would hide what the page finds."""
    for signature in PROBLEMS[name].signatures:
        assert signature.needs
        for hit in matches(signature.pattern, PAGES[name].fires):
            assert set(signature.needs) <= set(re.findall(r"[a-z0-9_]+", hit.lower()))
            assert signature.phrase in hit.lower()


def matches(pattern: str, examples: Iterable[Example]) -> list[str]:
    """The lines of the examples in which the pattern is found."""
    lines = [line for one in examples for line in one.text.splitlines()]
    return [line for line in lines if re.search(pattern, line, re.IGNORECASE)]


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("cannot reach (?:host|file)", "cannot reach"),
        ("left on the shelf|left of the door", "left"),
        ("the left shelf of cards fell", "cards left shelf"),
        ("GPUs? (?:is|are) lost", "lost"),
        (r"quarantin\w*", ""),
        (r"quarantine \S*bus", "quarantine"),
        (r"ERROR_(?:A|B) bus (?:is )?lost", "bus lost"),
        ("queue time ?out", "queue"),
        (r"nvidia[-_]uvm \(lost\)", "lost"),
        (r"/dev/kfd.{0,40}open door", "dev door"),
        (r"(?:0\.0\.0\.0:|\*:)11434\b", "11434"),
        (r"OSXSAVE\s?[=:] ?off", "off osxsave"),
        (r"\b(?:ab|cd) (?:left|right)\b|\bab \d left\b", ""),
        (r"\b(?:x.{0,9}\bleft\b|left\b)", "left"),
    ],
)
def test_needed_words(pattern: str, words: str) -> None:
    assert needed_words(pattern) == tuple(words.split())


#: (expression, the longest run of characters in each of its matches)
PHRASES = [
    (r"CUDA error: out of memory", "cuda error: out of memory"),
    (r"failed to\s+load the model", "load the model"),
    (r"(?:Error|Failure): no such (?:file|folder)", ": no such f"),
    (r"\bnot (?:found|there)\b", "not "),
    (r"a+bc", "bc"),
    (r"(?:ab){2,3}c", "ab"),
    (r"(?:very )?long", "long"),
    (r"(?<!x)abc(?=d)", "abc"),
    (r"one|two", ""),
    (r"[ab]c", "c"),
]


@pytest.mark.parametrize(("pattern", "phrase"), PHRASES)
def test_needed_phrase(pattern: str, phrase: str) -> None:
    assert needed_phrase(pattern) == phrase


SIGNS = {
    "out-of-memory": [("cuda", "memory")],
    "two-signs": [("port",), ("bus", "lost")],
    "no-words": [()],
}


@pytest.mark.parametrize(
    ("words", "ids"),
    [
        ("", []),
        ("other words", []),
        ("cuda memory", ["out-of-memory"]),
        ("port", ["two-signs"]),
        ("bus lost", ["two-signs"]),
        ("lost memory on port bus cuda", ["out-of-memory", "two-signs"]),
    ],
)
def test_a_problem_is_searched_for_where_its_words_stand(words: str, ids: list[str]) -> None:
    known = {
        name: KnownProblem(name, "", PROBLEM, tuple(Signature("x", needs) for needs in listed))
        for name, listed in SIGNS.items()
    }
    assert [one.id for one in KnownProblems(known).possible(words.split())] == ids


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


def test_an_extension_that_is_left_out_stands_behind_what_ended_the_work():
    """ComfyUI goes on without it, so nothing is broken by that alone."""
    left_out = "   0.2 seconds (IMPORT FAILED): /home/ka/ComfyUI/custom_nodes/ComfyUI-KJNodes"
    ended = "torch.OutOfMemoryError: Allocation on device 0 would exceed allowed memory. (out of memory)"
    found = explain(f"{left_out}\ngot prompt\n{ended}", Surroundings(), KNOWN).found
    assert [one.status for one in found] == ["fail", "warn"]
    assert found[1].id == "comfyui-custom-node-failed"
