"""How long to wait before a request is made again, and when it is not made again."""

from __future__ import annotations

import time
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING

from ...model.errors import LocalaiError

if TYPE_CHECKING:
    import httpx

#: Requests in a row that bring nothing, before a file is given up.
TRIES = 5
#: Before the second request, the third, …; a server that restarts is back within their sum.
PAUSES_SECONDS = (1.0, 2.0, 4.0, 8.0)
#: A server that asks for a longer pause than this is told to the user instead.
LONGEST_PAUSE_SECONDS = 120.0
BUSY = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE})


def before(attempt: int, error: Exception | None) -> float:
    """Seconds to wait before this attempt (1 is the second request): the server's word, else ours."""
    asked = asked_for(getattr(error, "response", None))
    own = PAUSES_SECONDS[min(attempt, len(PAUSES_SECONDS)) - 1]
    return own if asked is None else max(asked, own)


def asked_for(reply: httpx.Response | None) -> float | None:
    """The seconds of `Retry-After`, a number or a date; None where none was sent."""
    if reply is None or reply.status_code not in BUSY:
        return None
    words = reply.headers.get("retry-after", "").strip()
    if words.isdecimal():
        return float(words[:9])
    try:
        return max(0.0, parsedate_to_datetime(words).timestamp() - time.time())
    except (ValueError, TypeError):
        return None


def refuse_long(reply: httpx.Response, origin: str) -> None:
    """Raises LocalaiError where the server asks for a pause that nobody sits through."""
    seconds = asked_for(reply)
    if seconds is not None and seconds > LONGEST_PAUSE_SECONDS:
        raise LocalaiError(
            f"{origin} asks to wait {seconds / 60:.0f} minutes before the next request.",
            "Too many requests came from this address.",
            "Run the same command again later; what arrived so far is kept.",
        )
