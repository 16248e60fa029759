"""The Hugging Face hub: is it there, and one pinned file from it, resumed where it broke off."""

from __future__ import annotations

import os

from ...model.files import ModelFile
from ...model.progress import Report
from ..keeping import model_files
from . import transfer
from .transfer import Wanted

REACH_TIMEOUT_SECONDS = 4.0


def endpoint() -> str:
    return os.environ.get("HF_ENDPOINT", "https://huggingface.co").rstrip("/")


def reachable() -> bool:
    """Whether the hub answers at all, within a few seconds."""
    return answers(endpoint())


def answers(address: str) -> bool:
    """Whether anything but an error of its own comes from this address, within a few seconds."""
    import httpx

    try:
        reply = httpx.head(address, timeout=REACH_TIMEOUT_SECONDS, follow_redirects=False)
    except (httpx.HTTPError, httpx.InvalidURL, ValueError):
        return False
    return not reply.is_server_error


def located(repository: str, name: str, revision: str) -> tuple[str, dict[str, str]]:
    """The address of a file, and the headers (a login among them) to ask for it with."""
    from huggingface_hub import hf_hub_url
    from huggingface_hub.utils import build_hf_headers  # type: ignore[attr-defined,unused-ignore]

    url = hf_hub_url(repository, name, revision=revision, endpoint=endpoint())
    return url, dict(build_hf_headers(library_name="localai-setup"))


def fetch(file: ModelFile, report: Report) -> None:
    """Download with resume; bytes are hashed when the last one is there.

    Raises:
        LocalaiError: the hub refuses, keeps breaking off, or the bytes are others.

    """
    url, headers = located(file.repository, file.file, file.revision)
    part, target = model_files.part(file), model_files.target(file)
    wanted = Wanted(
        file.file, url, file.bytes, file.sha256, part, target, endpoint(), headers, REFUSALS
    )
    transfer.fetch(wanted, report)


#: HTTP status → (what it means, what to do)
REFUSALS = {
    401: ("it asks for a login", "Make a token on the hub and run `hf auth login`, then the same command."),
    403: ("you have no access to it", "Accept the model's terms on its page on the hub, then try again."),
    404: ("it is not there any more", "Choose another model: `localai recipes list`."),
    429: ("too many requests come from your address", "Wait some minutes, or log in with `hf auth login`."),
}  # fmt: skip
