"""How long a text is searched: as its length grows, and on the worst line that a page's own words make."""

import pytest

from localai_setup.diagnosis.searchtext import MAX_LINE_CHARS, SearchText
from localai_setup.diagnosis.signatures import find

from .growth import grows_at_most, seconds
from .known import KNOWN, PROBLEMS
from .test_problems import named

#: Of one signature on one line of the greatest length: a thousand times what a good one takes, so that
#: only one that backtracks without end is that slow on any machine.
SLOW_SECONDS = 5.0


@pytest.mark.parametrize("problem", sorted(PROBLEMS))
def test_a_hostile_line_is_searched_in_time(problem: str) -> None:
    for signature in PROBLEMS[problem].signatures:
        for unit in (" ".join(signature.needs) + " ", "".join(signature.needs), "1", " "):
            line = " ".join(signature.needs) + " " + unit * MAX_LINE_CHARS
            text = SearchText.of(line[:MAX_LINE_CHARS])
            took = seconds(lambda: find(text, (signature,)))
            assert took < SLOW_SECONDS, signature.pattern


def test_time_grows_with_the_text_alone() -> None:
    """Four times the text of words that signatures look for takes no more than so many times as long."""
    words = " ".join(sorted(KNOWN.words))
    short, long = ((words + "\n") * times for times in (2, 8))
    assert grows_at_most(lambda: named(short), lambda: named(long), 6)
