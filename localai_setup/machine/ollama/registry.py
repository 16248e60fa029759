"""A model's manifest, asked of its registry by ourselves: Ollama tries only once, and reads no Retry-After.

Known before the pull, it tells the bytes that are needed, and whether a pinned model is still the same.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from http import HTTPStatus
from typing import TYPE_CHECKING

from ...model.errors import LocalaiError
from ...model.progress import Progress, Report
from ..fetching import clients, pauses, replies
from . import manifests
from .manifests import DamagedManifestError, Manifest
from .names import ModelName
from .troubles import Kind, OllamaError

if TYPE_CHECKING:
    import httpx

TIMEOUT_SECONDS = 20.0
MOST_BYTES = 4 * 1024 * 1024
#: These pass by themselves, most of the time.
_PASSING = frozenset({429, 500, 502, 503, 504})


@dataclass(frozen=True)
class Published:
    """What a registry gives under a name. `digest` is the hash of the manifest's bytes."""

    manifest: Manifest
    digest: str


def published(
    name: ModelName, report: Report, sleep: Callable[[float], None] = time.sleep
) -> Published | None:
    """The manifest; None where it cannot be had from here, and only Ollama itself can tell why.

    Busy and broken registries are asked again, after the pause that they ask for.

    Raises:
        OllamaError: there is no such model, or the registry stays busy.
        LocalaiError: the registry asks for a pause that nobody sits through.

    """
    last: OllamaError | None = None
    for attempt in range(pauses.TRIES):
        try:
            return _asked(name)
        except _LaterError as later:
            last = later.error
            if attempt + 1 < pauses.TRIES:
                seconds = pauses.before(attempt + 1, later)
                report(Progress(f"{name.full}: trying again in {seconds:.0f} s"))
                sleep(seconds)
    assert last is not None
    raise last


class _LaterError(Exception):
    """Ask again after a pause; `response` says how long."""

    def __init__(self, error: OllamaError, response: httpx.Response) -> None:
        super().__init__(str(error))
        self.error, self.response = error, response


def _asked(name: ModelName) -> Published | None:
    import httpx

    try:
        with clients.client(TIMEOUT_SECONDS) as client:
            headers = {"Accept": manifests.MANIFEST_TYPE}
            with client.stream("GET", name.manifest_url, headers=headers) as reply:
                return _read(reply, name)
    except (httpx.HTTPError, httpx.InvalidURL, replies.EndlessError, OSError, ValueError):
        return None


def _read(reply: httpx.Response, name: ModelName) -> Published | None:
    status = reply.status_code
    pauses.refuse_long(reply, name.host)
    if status == HTTPStatus.NOT_FOUND:
        raise OllamaError("unknown-name", f"{name.host} has no model {name.full}", status)
    if status in _PASSING:
        kind: Kind = "registry-busy" if status == HTTPStatus.TOO_MANY_REQUESTS else "registry-down"
        raise _LaterError(OllamaError(kind, f"{name.host} answers {status}", status), reply)
    if status != HTTPStatus.OK:
        return None
    body = replies.bounded(reply, MOST_BYTES, TIMEOUT_SECONDS)
    try:
        return Published(manifests.read(body), f"sha256:{sha256(body).hexdigest()}")
    except DamagedManifestError:
        return None


def require_pinned(found: Published, pinned: str, name: ModelName) -> None:
    """Raises LocalaiError where a name stands for another model than the one that was tried."""
    expected = pinned.removeprefix("sha256:").lower()
    known = {found.digest.removeprefix("sha256:"), *(one.sha256 for one in found.manifest.files)}
    if not any(one.startswith(expected) for one in known):
        raise LocalaiError(
            f"{name.full} is not the model that was tried: its digest is {found.digest[7:19]}… now, "
            f"not {expected[:12]}….",
            "Names in a registry move on; what nobody tried may answer worse, or not run here.",
            "Choose another model: `localai recipes list` shows what there is.",
        )
