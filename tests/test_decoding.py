"""Plain data into dataclasses: what fits, what is said of what does not, and whose mistake it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import pytest

from localai_setup.model.decoding import DecodeError, decode, decode_leniently


@dataclass(frozen=True)
class Inner:
    word: str


@dataclass(frozen=True)
class Everything:
    number: int
    share: float = 0.0
    yes: bool = False
    maybe: int | None = None
    either: str | int = ""
    many: tuple[Inner, ...] = ()
    inner: Inner | None = None
    table: dict[str, Any] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    color: Literal["red", "blue"] = "red"


FITS = [
    ({"number": 1}, Everything(1)),
    ({"number": 1, "share": 2}, Everything(1, share=2.0)),
    ({"number": 1, "maybe": None}, Everything(1)),
    ({"number": 1, "maybe": 3, "either": 4}, Everything(1, maybe=3, either=4)),
    ({"number": 1, "many": [{"word": "a"}]}, Everything(1, many=(Inner("a"),))),
    ({"number": 1, "inner": {"word": "a", "later": 1}}, Everything(1, inner=Inner("a"))),
    ({"number": 1, "table": {"a": [1]}, "texts": {"b": "c"}},
     Everything(1, table={"a": [1]}, texts={"b": "c"})),
    ({"number": 1, "color": "blue"}, Everything(1, color="blue")),
]  # fmt: skip
DOES_NOT_FIT = [
    ([], "must have fields"), ({}, "lacks the field `number`"),
    ({"number": "1"}, '`number` cannot be "1"'), ({"number": True}, "`number`"),
    ({"number": 1.5}, "`number`"), ({"number": 1, "yes": 1}, "`yes`"),
    ({"number": 1, "many": "ab"}, "`many`"), ({"number": 1, "many": [{}]}, "lacks the field `word`"),
    ({"number": 1, "table": []}, "`table`"), ({"number": 1, "texts": {"a": 1}}, "`texts`"),
    ({"number": 1, "color": "green"}, "`color`"), ({"number": 1, "maybe": "x"}, "`maybe`"),
    ({"number": 1, "share": 10**400}, "`share` cannot be a number of so many digits"),
    # what is told is what stands in the file
    ({"number": True}, "`number` cannot be true"), ({"number": None}, "`number` cannot be null"),
    ({"number": {"a": "Größe"}}, '`number` cannot be {"a": "Größe"}'),
    ({"number": [1, None, "x"]}, r'`number` cannot be \[1, null, "x"\]'),
    ({"number": "a\nb"}, r'`number` cannot be "a\\nb"'),
    ({"number": "x" * 200}, "`number` cannot be \"x{78}…$"),
    ({"number": Path("a")}, '`number` cannot be "a"'),
    ({"number": "half \ud800"}, r'`number` cannot be "half \\ud800"'),
]  # fmt: skip


@pytest.mark.parametrize(("data", "made"), FITS)
def test_what_fits_is_made(data, made):
    assert decode(Everything, data) == made
    assert decode_leniently(Everything, data) == made


@pytest.mark.parametrize(("data", "words"), DOES_NOT_FIT)
def test_what_does_not_fit_is_named(data, words):
    with pytest.raises(DecodeError, match=words):
        decode(Everything, data)


def test_leniently_a_bad_field_gets_its_default():
    assert decode_leniently(Everything, {"number": 1, "yes": "?", "maybe": 2}) == Everything(
        1, maybe=2
    )
    with pytest.raises(DecodeError):
        decode_leniently(Everything, {"number": "?"})


def test_a_type_that_nobody_decodes_is_our_mistake_and_no_damage():
    @dataclass(frozen=True)
    class Ours:
        path: Path

    with pytest.raises(TypeError, match="nobody decodes"):
        decode(Ours, {"path": "/a"})
