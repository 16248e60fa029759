"""No text, however made, holds up a search: each expression gets texts made from itself.

A line is searched in pieces of `MAX_LINE_CHARS`, so that the time for a text grows linearly when one
piece takes a bounded time. The second test looks at the growth within a piece as well: an
expression that backtracks takes four (or a thousand) times as long for twice the text.
"""

from __future__ import annotations

import re
import sys
import time

import pytest

from .hostile import texts
from .known import PROBLEMS

#: Of one search of one piece, very many times what a good expression takes on a slow machine.
SLOW_SECONDS = 1.0
#: Searches faster than this are not worth measuring again.
QUICK_SECONDS = 0.008
#: A machine at work on something else makes linear growth look like this at most.
GROWTH = 3.2
#: An expression that backtracks fails every time, one beside a busy neighbour once.
TRIES = 4
EXPRESSIONS = {
    name: sorted({
        expression
        for signature in one.signatures
        for expression in (signature.pattern, *signature.also, *signature.unless)
    })
    for name, one in PROBLEMS.items()
}  # fmt: skip


def seconds(search, text: str) -> float:
    started = time.process_time()
    search(text)
    return time.process_time() - started


def best(search, text: str) -> float:
    return min(seconds(search, text) for _ in range(3))


def ends_soon_and_grows_evenly(search, text: str) -> bool:
    once = best(search, text)
    return once < SLOW_SECONDS and best(search, text + text) < GROWTH * max(once, QUICK_SECONDS)


@pytest.mark.parametrize("problem", [name for name, found in EXPRESSIONS.items() if found])
def test_every_expression_ends_soon_and_takes_twice_as_long_for_twice_the_text(
    problem: str,
) -> None:
    for expression in EXPRESSIONS[problem]:
        search = re.compile(expression, re.IGNORECASE).search
        for text in texts(expression):
            if seconds(search, text) < QUICK_SECONDS:
                continue
            assert any(ends_soon_and_grows_evenly(search, text) for _ in range(TRIES)), (
                expression,
                text[:80],
            )


@pytest.mark.skipif(sys.platform == "win32", reason="its clock of processor time goes by 16 ms")
@pytest.mark.parametrize("expression", [r"x\S*.{0,60}y", r"nvml\w* ?\w* err", r"a(?:b\s*)*\s*c"])
def test_texts_made_from_a_bad_expression_show_it(expression: str) -> None:
    """The proof of the proof, on short texts: four times as long is many times slower."""
    search = re.compile(expression, re.IGNORECASE).search
    short, long = (
        max(best(search, text) for text in texts(expression, chars)) for chars in (200, 800)
    )
    assert long > 8 * short
