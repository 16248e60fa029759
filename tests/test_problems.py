"""Each problem fires on its fixtures; `from` names the program or file that prints such a text."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from localai_setup.explain import explain, problems
from localai_setup.surroundings import Surroundings

FOLDER = Path(__file__).parent / "problems"
FIXTURES = [
    pytest.param(path.stem, one["text"], id=f"{path.stem}-{number}")
    for path in sorted(FOLDER.glob("*.yaml"))
    for number, one in enumerate(yaml.safe_load(path.read_text(encoding="utf-8"))["fires"])
]


@pytest.mark.parametrize(("problem", "text"), FIXTURES)
def test_is_among_the_first_three(problem: str, text: str) -> None:
    named = [one.id for one in explain(text, Surroundings())]
    assert problem in named[:3]


@pytest.mark.parametrize("name", sorted(problems()))
def test_problem_has_a_way_out(name: str) -> None:
    problem = problems()[name].PROBLEM
    assert problem.fixes
    assert all(fix.text for fix in problem.fixes)


def test_nothing_is_found_in_nothing() -> None:
    assert not explain("", Surroundings())
