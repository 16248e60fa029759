"""What an answer over HTTP means when a file was asked for and something else came."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ...model.errors import LocalaiError

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

    if reply.status_code in refusals:
        meaning, hint = refusals[reply.status_code]
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


def cut(reply: httpx.Response) -> httpx.HTTPError:
    """The answer ended before the file did."""
    import httpx

    return httpx.RemoteProtocolError("the connection broke off", request=reply.request)
