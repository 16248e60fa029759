"""What is said of a use that nobody chose."""

from types import SimpleNamespace as Made

import pytest

from localai_setup.commands import _uses
from localai_setup.commands._recipes import load_recipes

pytestmark = pytest.mark.quick


@pytest.mark.parametrize(
    ("use", "words"),
    [
        ("chat", []),
        ("starter", ["no route", "tiny model `starter`", "package index only"]),
        ("coding", ["no route", "`coding` is taken", "without the hub"]),
    ],
)
def test_another_use_than_the_usual_one_is_explained(use, words):
    basis = Made(recipes=load_recipes(), origins=Made(hub="no route"))
    stated = _uses.why_taken(basis, use)
    assert bool(stated) == bool(words)
    assert all(one in stated for one in words)
