"""Each problem fires on its fixtures and not on their look-alikes.

`from` names the program or file that prints such a text; under `quiet` stand texts of another cause.
"""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from localai_setup.explain import explain, problems
from localai_setup.surroundings import Surroundings

FOLDER = Path(__file__).parent / "problems"
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
    return [one.id for one in explain(text, Surroundings())]


@pytest.mark.parametrize(("problem", "text"), fixtures("fires"))
def test_is_among_the_first_three(problem: str, text: str) -> None:
    assert problem in named(text)[:3]


@pytest.mark.parametrize(("problem", "text"), fixtures("quiet"))
def test_is_not_raised_by_a_look_alike(problem: str, text: str) -> None:
    assert problem not in named(text)


@pytest.mark.parametrize("name", sorted(problems()))
def test_problem_has_a_way_out(name: str) -> None:
    problem = problems()[name].PROBLEM
    assert problem.fixes
    assert all(fix.text for fix in problem.fixes)


def test_nothing_is_found_in_nothing() -> None:
    assert not explain("", Surroundings())
