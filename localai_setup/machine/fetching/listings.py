"""What the hub lists of a repository at one revision, without the files; answers are bounded."""

from __future__ import annotations

import json
import re
import time
from typing import TYPE_CHECKING, Any

from ...model.pin import HubFile, Listing
from . import hub

if TYPE_CHECKING:
    import httpx

TIMEOUT_SECONDS = 15.0
#: a repository of some thousand files is listed in about 1 MiB
MAX_BODY_BYTES = 8 * 1024**2
MAIN = "main"
_SHA256 = re.compile(r"[0-9a-f]{64}")
_COMMIT = re.compile(r"[0-9a-f]{40}")
#: 401 is what the hub says of a repository that is not there to those who are not logged in
_GONE = (401, 404, 410)


def listing(repository: str, revision: str = MAIN) -> Listing:
    """Ask the hub once; what went wrong is told in the `Listing`, nothing is raised."""
    import httpx

    url = f"{hub.endpoint()}/api/models/{repository}/revision/{revision}"
    try:
        with (
            httpx.Client(timeout=TIMEOUT_SECONDS, follow_redirects=True) as client,
            client.stream("GET", url, params={"blobs": "true"}, headers=hub.login(url)) as reply,
        ):
            return _read(reply, time.monotonic() + TIMEOUT_SECONDS)
    except httpx.TimeoutException:
        return Listing(trouble=f"no answer within {TIMEOUT_SECONDS:g} seconds")
    except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
        words = str(error).strip().splitlines()
        return Listing(trouble=words[0][:200] if words else type(error).__name__)


def _read(reply: httpx.Response, deadline: float) -> Listing:
    if reply.status_code in _GONE:
        return Listing(gone=True)
    if reply.is_error:
        meaning, _ = hub.REFUSALS.get(reply.status_code, (f"HTTP {reply.status_code}", ""))
        return Listing(trouble=meaning)
    body = b""
    for piece in reply.iter_bytes():
        body += piece
        if len(body) > MAX_BODY_BYTES:
            return Listing(trouble=f"the answer is longer than {MAX_BODY_BYTES // 1024**2} MiB")
        if time.monotonic() > deadline:
            return Listing(trouble="the answer trickled in too slowly")
    return _listed(body)


def _listed(body: bytes) -> Listing:
    try:
        stated = json.loads(body)
    except (ValueError, RecursionError):
        stated = None
    revision = stated.get("sha") if isinstance(stated, dict) else None
    if not isinstance(stated, dict) or not _COMMIT.fullmatch(str(revision)):
        return Listing(trouble="what answers there does not answer as a hub does")
    siblings = stated.get("siblings")
    rows = [one for one in siblings if isinstance(one, dict)] if isinstance(siblings, list) else []
    return Listing(str(revision), {str(one.get("rfilename", "")): _file(one) for one in rows})


def _file(row: dict[str, Any]) -> HubFile:
    """What is no number or hash is left out."""
    size, lfs = row.get("size"), row.get("lfs")
    digest = str(lfs.get("sha256") or lfs.get("oid") or "") if isinstance(lfs, dict) else ""
    digest = digest.removeprefix("sha256:")
    known = size if isinstance(size, int) and not isinstance(size, bool) and size > 0 else 0
    return HubFile(known, digest if _SHA256.fullmatch(digest) else "")
