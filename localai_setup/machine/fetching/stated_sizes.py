"""How many bytes a file has, by the word of the server that gives it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...model.errors import LocalaiError
from . import clients, replies

if TYPE_CHECKING:
    from .transfer import FileRequest

TIMEOUT_SECONDS = 30.0


def of(request: FileRequest) -> int:
    """Its `Content-Length`.

    Raises:
        LocalaiError: it refuses, does not say, or cannot be reached.

    """
    import httpx

    try:
        with clients.client(TIMEOUT_SECONDS) as client:
            reply = client.head(request.url, headers=dict(request.headers))
        replies.check(reply, request.name, request.origin, request.refusals)
    except httpx.HTTPError as error:
        raise _unknown(request, str(error) or type(error).__name__) from None
    stated = reply.headers.get("content-length", "")
    if not stated.isdecimal() or not int(stated):
        raise _unknown(request, "it does not tell its size")
    return int(stated)


def _unknown(request: FileRequest, why: str) -> LocalaiError:
    return LocalaiError(
        f"{request.origin} does not give {request.name}: {why}.",
        "Nothing was fetched.",
        "Try again; LOCALAI_RELEASES names another place that has the releases.",
    )
