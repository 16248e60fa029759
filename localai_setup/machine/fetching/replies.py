"""What an answer over HTTP means when a file was asked for and something else came."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from ...model.errors import LocalaiError
from ...model.sizes import size_words
from . import pauses

if TYPE_CHECKING:
    import httpx


def check(
    reply: httpx.Response, name: str, origin: str, refusals: Mapping[int, tuple[str, str]]
) -> None:
    """Nothing where the answer may be the file `name`. `refusals`: status → (meaning, what to do).

    Raises:
        LocalaiError: `origin` refuses, or a web page came.
        httpx.HTTPStatusError: another error, which may pass.

    """
    import httpx

    pauses.refuse_long(reply, origin)
    final = not is_expired_link(reply) and reply.status_code not in pauses.BUSY
    known: dict[int, tuple[str, str]] = {**PROXY, **refusals}
    if final and reply.status_code in known:
        meaning, hint = known[reply.status_code]
        raise LocalaiError(f"{origin} does not give {name}: {meaning}.", hint=hint)
    if reply.is_error:
        raise httpx.HTTPStatusError(
            f"HTTP {reply.status_code}", request=reply.request, response=reply
        )
    if reply.headers.get("content-type", "").startswith("text/html"):
        raise LocalaiError(
            f"A web page came instead of {name}.",
            f"A login page of the network or a filter stands between you and {origin}.",
            "Open any page in a browser to log in to the network, then run the same command again.",
        )


def refusal(
    error: Exception | None, refusals: Mapping[int, tuple[str, str]]
) -> tuple[str, str] | None:
    """What a status that did not pass means, and what to do; None where nothing is known of it."""
    reply = getattr(error, "response", None)
    return refusals.get(reply.status_code) if reply is not None else None


class EndlessError(Exception):
    """An answer that has no end, or comes too slowly; says which."""


def bounded(reply: httpx.Response, most_bytes: int, seconds: float) -> bytes:
    """The body, where it is no larger and comes within the time.

    Raises:
        EndlessError: it is none of these.

    """
    body, deadline = bytearray(), time.monotonic() + seconds
    for piece in reply.iter_bytes():
        body += piece
        if len(body) > most_bytes:
            raise EndlessError(f"the answer is longer than {size_words(most_bytes)}")
        if time.monotonic() > deadline:
            raise EndlessError("the answer trickled in too slowly")
    return bytes(body)


def fields(body: bytes) -> Mapping[str, Any] | None:
    """The JSON object that came; None where something else did."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def is_expired_link(reply: httpx.Response) -> bool:
    """A store behind the hub refuses its own signed link: the hub gives a new one when asked again."""
    return bool(reply.history) and reply.status_code in (
        HTTPStatus.UNAUTHORIZED,
        HTTPStatus.FORBIDDEN,
    )


#: HTTP status → (what it means, what to do), of a proxy in between
PROXY: Mapping[int, tuple[str, str]] = {
    HTTPStatus.PROXY_AUTHENTICATION_REQUIRED: (
        "the proxy asks for a user and a password",
        "Put them into its address: `HTTPS_PROXY=http://USER:PASSWORD@HOST:PORT`.",
    )
}


def cut(reply: httpx.Response) -> httpx.HTTPError:
    """The answer ended before the file did."""
    import httpx

    return httpx.RemoteProtocolError("the connection broke off", request=reply.request)
