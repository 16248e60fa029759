"""What the hub lists of a repository at one revision, without the files; answers are bounded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...model.errors import LocalaiError
from ...model.pin import HubFile, Listing
from . import addresses, clients, hub, replies
from .repository import COMMIT, SHA256

if TYPE_CHECKING:
    import httpx

TIMEOUT_SECONDS = 15.0
#: a repository of some thousand files is listed in about 1 MiB
MAX_BODY_BYTES = 8 * 1024**2
MAIN = "main"
#: 401 is what the hub says of a repository that is not there to those who are not logged in
_GONE = (401, 404, 410)


def listing(repository: str, revision: str = MAIN) -> Listing:
    """Ask the hub once; what went wrong is told in the `Listing`, nothing is raised."""
    import httpx

    url = f"{addresses.hub()}/api/models/{repository}/revision/{revision}"
    try:
        with (
            clients.client(TIMEOUT_SECONDS) as client,
            client.stream("GET", url, params={"blobs": "true"}, headers=hub.login(url)) as reply,
        ):
            return _read(reply)
    except httpx.TimeoutException:
        return Listing(trouble=f"no answer within {TIMEOUT_SECONDS:g} seconds")
    except (replies.EndlessError, LocalaiError) as error:
        return Listing(trouble=str(error))
    except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
        words = str(error).strip().splitlines()
        return Listing(trouble=words[0][:200] if words else type(error).__name__)


def _read(reply: httpx.Response) -> Listing:
    if reply.status_code in _GONE:
        return Listing(gone=True)
    if reply.is_error:
        meaning, _ = hub.REFUSALS.get(reply.status_code, (f"HTTP {reply.status_code}", ""))
        return Listing(trouble=meaning)
    return _listed(replies.bounded(reply, MAX_BODY_BYTES, TIMEOUT_SECONDS))


def _listed(body: bytes) -> Listing:
    found = replies.fields(body) or {}
    revision = found.get("sha")
    if not COMMIT.fullmatch(str(revision)):
        return Listing(trouble="what answers there does not answer as a hub does")
    siblings = found.get("siblings")
    rows = [one for one in siblings if isinstance(one, dict)] if isinstance(siblings, list) else []
    return Listing(str(revision), {str(one.get("rfilename", "")): _file(one) for one in rows})


def _file(row: dict[str, Any]) -> HubFile:
    """What is no number or hash is left out."""
    size, lfs = row.get("size"), row.get("lfs")
    digest = str(lfs.get("sha256") or lfs.get("oid") or "") if isinstance(lfs, dict) else ""
    digest = digest.removeprefix("sha256:")
    known = size if isinstance(size, int) and not isinstance(size, bool) and size > 0 else 0
    return HubFile(known, digest if SHA256.fullmatch(digest) else "")
