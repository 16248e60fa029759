"""Markdown on a terminal: the marks go, nothing else does, and no word is broken."""

import pytest

from localai_setup.ui.markdown import BOLD, CODE, Markdown, lines

pytestmark = pytest.mark.quick


def shown(text, width=40):
    return "".join(piece for piece, _ in lines(text, width))


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("# A **big** title\n", "A big title\n"),
        ("say **yes** or `no`.", "say yes or no."),
        ("- one\n* two\n+ three", "• one\n• two\n• three"),
        ("2**3 = 8 and 2 ** 3 too, 2 * 3 = 6", "2**3 = 8 and 2 ** 3 too, 2 * 3 = 6"),
        ("`a ** b`", "a ** b"),
        ("#hash and a_b_c", "#hash and a_b_c"),
        ("```python\nx = '**a**'\n\n    y\n```\nafter", "x = '**a**'\n\n    y\nafter"),
        ("~~~\n```\n~~~\n", "```\n"),
        ("| a | " + "b" * 60 + " |\n", "| a | " + "b" * 60 + " |\n"),
        ("an open ```fence in a line", "an open fence in a line"),
        ("no end of `code", "no end of code"),
        ("one\n\n\ntwo\n", "one\n\n\ntwo\n"),
    ],
)
def test_what_is_seen(text, seen):
    assert shown(text) == seen


def test_bold_and_code_are_styled():
    assert [one for one in lines("a **b** `c`\n```\nd\n```", 40) if one[1]] == [
        ("b", BOLD),
        ("c", CODE),
        ("d\n", CODE),
    ]


def test_long_lines_break_between_words_below_their_beginning():
    text = "- one item that is long enough to go on in a second line"
    assert shown(text, 30).split("\n") == [
        "• one item that is long enough",
        "  to go on in a second line",
    ]
    assert max(map(len, shown("word " * 50, 33).split("\n"))) <= 33


@pytest.mark.parametrize("size", [1, 2, 7])
def test_it_does_not_matter_where_the_pieces_are_cut(size):
    text = "## T\nSome **bold text** and `code`.\n1. a\n   - b\n```py\nx = 1\n```\nend 日本語"
    made = Markdown(20)
    found = [one for at in range(0, len(text), size) for one in made.feed(text[at : at + size])]
    assert "".join(piece for piece, _ in [*found, *made.end()]) == shown(text, 20)
