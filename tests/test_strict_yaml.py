"""YAML is read strictly: what it would lose, or what would end Python, is refused with its line."""

from dataclasses import dataclass
from typing import Literal

import pytest

from localai_setup.recipes.schema import build
from localai_setup.recipes.strict_yaml import RecipeError, parse

pytestmark = pytest.mark.quick


@pytest.mark.parametrize(
    "text", ["- " * 120_000, "[" * 120_000, "{a: " * 50_000], ids=["-", "[", "{"]
)
def test_bottomless_yaml_is_refused_in_words(text):
    """The reader of nodes recurses in C: without the check before it, Python itself would end."""
    with pytest.raises(RecipeError):
        parse(text)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('title: a\nseen: Python ends with "OMP Error #15", at once.', 2),
        ("steps:\n- a\n- open page # 3", 3),
        ("{names: [a, b #c\n]}", 1),
        ("seen: two lines of\n  a text\t# more\nwhy: x", 2),
        ("\ufeffseen: a #b", 1),
        ("a: x\u2028\nseen: a\r\nwhy: c #d", 4),
    ],
    ids=["field", "list", "flow", "second line", "byte order mark", "other line ends"],
)
def test_a_text_that_yaml_would_cut_is_refused_with_its_line(text, line):
    with pytest.raises(RecipeError, match="in quotes") as refused:
        parse(text)
    assert refused.value.line == line


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("seen: 'Error #15'", "Error #15"),
        ('seen: "Error #15" # ours', "Error #15"),
        ("seen: Error#15", "Error#15"),
        ("seen: |-\n  Error #15", "Error #15"),
        ("# ours\nseen: Error\n# 15", "Error"),
        ("seen: 15 # of them", 15),
        ("seen: null # none", None),
    ],
)
def test_what_is_not_cut_is_taken(text, value):
    assert parse(text).value["seen"].value == value


@dataclass(frozen=True)
class Kept:
    """A text, a list of texts, and one of two words."""

    why: str = ""
    complaints: tuple[str, ...] = ()
    status: Literal["good", "bad"] = "good"


#: what is written → what is said of it
MISTAKES = [
    ("why: [a, {b: c}]", "`why` must be a text, not a list"),
    ("why: {a: b}", "`why` must be a text, not names with values"),
    ("why:", "`why` must be a text, not an empty value"),
    ("why: yes", "`why` must be a text, not true"),
    ("why: 2026-01-31", "`why` must be a text, not the date 2026-01-31"),
    ("why: 0x1F", "`why` must be a text, not 31"),
    ("complaints: [[Boats, drift]]", "`complaints` must be a text, not a list"),
    ("complaints: Boats drift", "`complaints` must be a list"),
    ("status: [bad]", "`status` must be one of good, bad, not a list"),
    ("status: worse", "`status` must be one of good, bad, not 'worse'"),
]


@pytest.mark.parametrize(("text", "words"), MISTAKES)
def test_what_does_not_fit_is_said_in_words(text, words):
    with pytest.raises(RecipeError) as refused:
        build(Kept, parse(text))
    assert refused.value.what == words
