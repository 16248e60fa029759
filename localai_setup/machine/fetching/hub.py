"""The Hugging Face hub: is it there, and one pinned file from it, resumed where it broke off."""

from __future__ import annotations

import os
from collections.abc import Mapping
from urllib.parse import urlsplit

from ...model.errors import LocalaiError
from ...model.files import ModelFile
from ...model.progress import Report
from ..keeping import model_files
from . import addresses, clients, transfer
from .pace import Pace
from .transfer import FileRequest

REACH_TIMEOUT_SECONDS = 4.0
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def is_offline() -> bool:
    """Whether the user has switched the hub's own library to offline."""
    return os.environ.get("HF_HUB_OFFLINE", "").strip().upper() in {"1", "ON", "YES", "TRUE"}


def reachable() -> bool:
    """Whether the hub answers at all, within a few seconds."""
    return answers(addresses.hub())


def answers(address: str) -> bool:
    """Whether anything but an error of its own comes from this address, within a few seconds."""
    import httpx

    try:
        with clients.client(REACH_TIMEOUT_SECONDS) as client:
            reply = client.head(address, follow_redirects=False)
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, LocalaiError):
        return False
    return not reply.is_server_error


def located(repository: str, name: str, revision: str) -> tuple[str, dict[str, str]]:
    """The address of a file, and the headers (a login among them) to ask for it with."""
    from huggingface_hub import hf_hub_url

    url = hf_hub_url(repository, name, revision=revision, endpoint=addresses.hub())
    return url, login(url)


def login(url: str) -> dict[str, str]:
    """The header that carries the user's own login, where the hub's library keeps one.

    Its own headers are not taken: to make them, newer versions ask the hub for a list first.
    """
    from huggingface_hub import get_token

    token = get_token()
    return allowed(url, {"Authorization": f"Bearer {token}"}) if token else {}


def allowed(url: str, headers: Mapping[str, str]) -> dict[str, str]:
    """The headers without a login where they would cross a network unencrypted."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return {}
    safe = parts.scheme == "https" or parts.hostname in LOOPBACK
    return {k: v for k, v in headers.items() if safe or k.lower() != "authorization"}


def fetch(file: ModelFile, report: Report, pace: Pace | None = None) -> None:
    """Download with resume, at most at `pace`; bytes are hashed when the last one is there.

    Raises:
        LocalaiError: the hub refuses, keeps breaking off, or the bytes are others.

    """
    url, headers = located(file.repository, file.file, file.revision)
    part, target = model_files.part(file), model_files.target(file)
    request = FileRequest(
        file.file, url, file.bytes, file.sha256, part, target, addresses.hub(), headers, REFUSALS
    )
    transfer.fetch(request, report, pace)


#: HTTP status → (what it means, what to do)
REFUSALS = {
    401: ("it asks for a login", "Make a token on the hub and run `hf auth login`, then the same command."),
    403: ("you have no access to it", "Accept the model's terms on its page on the hub, then try again."),
    404: ("it is not there any more", "Choose another model: `localai recipes list`."),
    429: ("too many requests come from your address", "Wait some minutes, or log in with `hf auth login`."),
}  # fmt: skip
