"""The Hugging Face hub: is it there, and one pinned file from it, resumed where it broke off."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterator
from http import HTTPStatus
from typing import TYPE_CHECKING

from ..model.errors import LocalaiError
from ..model.plan import ModelFile, Progress, Report
from . import model_files

if TYPE_CHECKING:
    import httpx

REACH_TIMEOUT_SECONDS = 4.0
#: A line that gives nothing for this long is cut; what arrived is kept and resumed.
STALL_SECONDS = 30.0
TRIES = 5
PAUSE_SECONDS = 1.0
PIECE_BYTES = 256 * 1024


def endpoint() -> str:
    return os.environ.get("HF_ENDPOINT", "https://huggingface.co").rstrip("/")


def reachable() -> bool:
    """Whether the hub answers at all, within a few seconds."""
    import httpx

    try:
        reply = httpx.head(endpoint(), timeout=REACH_TIMEOUT_SECONDS, follow_redirects=False)
    except (httpx.HTTPError, httpx.InvalidURL, ValueError):
        return False
    return not reply.is_server_error


def fetch(file: ModelFile, report: Report) -> None:
    """Download with resume; bytes are hashed when the last one is there.

    Raises:
        LocalaiError: the hub refuses, keeps breaking off, or the bytes are others.

    """
    import httpx
    from huggingface_hub import hf_hub_url
    from huggingface_hub.utils import build_hf_headers  # type: ignore[attr-defined,unused-ignore]

    url = hf_hub_url(file.repository, file.file, revision=file.revision, endpoint=endpoint())
    headers = build_hf_headers(library_name="localai-setup")
    trouble: httpx.HTTPError | httpx.InvalidURL | None = None
    for _ in range(TRIES):
        with httpx.Client(follow_redirects=True, timeout=STALL_SECONDS) as client:
            trouble = _attempt(client, url, dict(headers), file, report)
        if trouble is None:
            return
        time.sleep(PAUSE_SECONDS)
    raise LocalaiError(
        f"{file.file} could not be fetched from {endpoint()}: {trouble or 'no reason given'}.",
        "What arrived so far is kept.",
        "Check the network and run the same command again; it goes on where it stopped.",
    )


def _attempt(
    client: httpx.Client, url: str, headers: dict[str, str], file: ModelFile, report: Report
) -> httpx.HTTPError | httpx.InvalidURL | None:
    """Go on from what is there; the trouble, where there was some that may pass."""
    import httpx

    try:
        _receive(client, url, headers, file, report)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return error
    return None


def _receive(
    client: httpx.Client, url: str, headers: dict[str, str], file: ModelFile, report: Report
) -> None:
    from .downloads import put_in_place

    beside = model_files.part(file)
    have = beside.stat().st_size if beside.exists() else 0
    if have >= file.bytes:
        beside.unlink()
        have = 0
    digest = hashlib.sha256()
    with client.stream("GET", url, headers={**headers, "Range": f"bytes={have}-"}) as reply:
        _check(reply, file)
        resumed = reply.status_code == HTTPStatus.PARTIAL_CONTENT
        with beside.open("r+b" if resumed and have else "wb") as out:
            for piece in _kept(out, have) if resumed and have else ():
                digest.update(piece)
            done = have if resumed else 0
            for piece in reply.iter_bytes(PIECE_BYTES):
                out.write(piece)
                digest.update(piece)
                done += len(piece)
                if done > file.bytes:
                    break
                report(Progress(file.file, done, file.bytes))
            out.flush()
            os.fsync(out.fileno())
    if done < file.bytes:
        raise _cut(reply)
    put_in_place(file, beside, digest.hexdigest())


def _kept(out: object, have: int) -> Iterator[bytes]:
    """What is there already, for the hash; leaves the position at its end."""
    from typing import BinaryIO, cast

    source = cast("BinaryIO", out)
    left = have
    while left and (piece := source.read(min(left, model_files.CHUNK_BYTES))):
        left -= len(piece)
        yield piece


def _cut(reply: httpx.Response) -> httpx.HTTPError:
    import httpx

    return httpx.RemoteProtocolError("the connection broke off", request=reply.request)


#: HTTP status → (what it means, what to do)
REFUSALS = {
    401: ("it asks for a login", "Make a token on the hub and run `hf auth login`, then the same command."),
    403: ("you have no access to it", "Accept the model's terms on its page on the hub, then try again."),
    404: ("it is not there any more", "Choose another model: `localai recipes list`."),
    429: ("too many requests come from your address", "Wait some minutes, or log in with `hf auth login`."),
}  # fmt: skip


def _check(reply: httpx.Response, file: ModelFile) -> None:
    import httpx

    if reply.status_code in REFUSALS:
        meaning, hint = REFUSALS[reply.status_code]
        raise LocalaiError(f"The hub does not give {file.file}: {meaning}.", hint=hint)
    if reply.status_code == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
        model_files.part(file).unlink(missing_ok=True)
    if reply.is_error:
        raise httpx.HTTPStatusError(
            f"HTTP {reply.status_code}", request=reply.request, response=reply
        )
    if reply.headers.get("content-type", "").startswith("text/html"):
        raise LocalaiError(
            f"A web page came instead of {file.file}.",
            "A login page of the network or a filter stands between you and the hub.",
            "Open any page in a browser to log in to the network, then run the same command again.",
        )
