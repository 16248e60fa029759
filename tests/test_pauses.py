"""How long is waited before a server is asked again."""

from types import SimpleNamespace

import pytest

from localai_setup.machine.fetching import pauses
from localai_setup.model.errors import LocalaiError

pytestmark = pytest.mark.quick


def reply(status, after=None):
    return SimpleNamespace(
        status_code=status, headers={} if after is None else {"retry-after": after}
    )


def refused(*args):
    return SimpleNamespace(response=reply(*args))


#: attempt, what came before → seconds
WAITS = [
    (1, None, 1.0),
    (2, None, 2.0),
    (3, None, 4.0),
    (4, None, 8.0),
    (5, None, 8.0),
    (1, OSError("reset"), 1.0),
    (1, refused(503, "30"), 30.0),
    (1, refused(429, " 7 "), 7.0),
    (4, refused(503, "3"), 8.0),  # ours is longer
    (1, refused(500, "30"), 1.0),  # only a busy server is asked how long
    (2, refused(503), 2.0),
    (2, refused(503, "soon"), 2.0),
    (3, refused(503, "Mon, 01 Jan 2001 00:00:00 GMT"), 4.0),  # that is over
]


@pytest.mark.parametrize(("attempt", "error", "seconds"), WAITS)
def test_seconds_before_an_attempt(attempt, error, seconds):
    assert pauses.before(attempt, error) == seconds


def test_a_date_is_a_pause_until_then(monkeypatch):
    monkeypatch.setattr(pauses.time, "time", lambda: 978307200.0)  # 2001-01-01
    assert pauses.asked_for(reply(429, "Mon, 01 Jan 2001 00:01:30 GMT")) == 90.0


def test_a_pause_that_nobody_sits_through_is_refused_with_its_length():
    pauses.refuse_long(reply(429, "120"), "The hub")
    pauses.refuse_long(reply(429), "The hub")
    with pytest.raises(LocalaiError) as error:
        pauses.refuse_long(reply(429, "121"), "The hub")
    assert error.value.what == "The hub asks to wait 2 minutes before the next request."
