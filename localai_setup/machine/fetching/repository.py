"""A model of the hub by its name: its files at a fixed revision, and the header of one of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from ...fit.gguf import Header, HeaderRefusedError, join
from ...fit.gguf_ranges import read_header
from ...fit.quants import Quantized, RemoteFile, choose, projectors, quantizations
from ...model.errors import Exit, LocalaiError
from . import addresses, clients, hub, replies
from ._model_card import Card, card
from .hub_names import REFERENCE
from .ranged import Ranged

if TYPE_CHECKING:
    import httpx

LIST_TIMEOUT_SECONDS = 15.0
#: The largest listing seen has 2,000 files and 0.6 MB.
LISTING_BYTES = 16 * 1024 * 1024
LISTING_SECONDS = 60.0
#: (what it means, what to do) of a listing that asks for a login
NO_ACCESS = ("you have no access to it", "Check owner and name, or run `hf auth login` first.")
SHA256 = re.compile(r"[0-9a-f]{64}")
COMMIT = re.compile(r"[0-9a-f]{40}")


@dataclass(frozen=True)
class HubModel:
    """One quantization of a repository at one revision, with its header and what was read for it."""

    repository: str
    revision: str
    chosen: Quantized
    header: Header
    received_bytes: int
    card: Card = field(default_factory=Card)
    projectors: tuple[RemoteFile, ...] = ()


def open_model(reference: str) -> HubModel:
    """List the files, choose one quantization, read its header; LocalaiError says what failed."""
    parts = REFERENCE.fullmatch(reference)
    if parts is None:
        raise LocalaiError(
            f"{reference!r} is not the name of a model on the hub.",
            hint="Write OWNER/REPO or OWNER/REPO:QUANT, for example `unsloth/Qwen3.5-4B-GGUF:Q4_K_M`.",
            exit_code=Exit.USAGE,
        )
    repository, requested = parts[1], parts[2] or ""
    info = _info(repository)
    revision, files = _revision(info.get("sha"), repository), _files(info.get("siblings"))
    chosen = _chosen(repository, files, requested)
    headers, received = [], 0
    for one in chosen.files:
        header, count = _header(repository, revision, one, part=len(chosen.files) > 1)
        headers.append(header)
        received += count
    try:
        joined = join(headers)
    except HeaderRefusedError as refused:
        raise _unreadable(chosen.files[0], refused) from None
    return HubModel(repository, revision, chosen, joined, received, card(info), projectors(files))


def _info(repository: str) -> Mapping[str, Any]:
    """What the hub lists of a repository: `sha`, `siblings` with sizes and hashes, `cardData`, `gated`.

    The library that the hub's makers publish is asked for the login alone: which exceptions its
    requests raise changes from version to version.
    """
    import httpx

    if hub.is_offline():
        raise LocalaiError(
            f"The hub may not be asked for {repository}: HF_HUB_OFFLINE is set.",
            hint="Unset it, or name a GGUF file on this disk.",
        )
    url = f"{addresses.hub()}/api/models/{repository}"
    try:
        with clients.client(LIST_TIMEOUT_SECONDS) as client:
            headers = hub.login(url)
            with client.stream("GET", url, params={"blobs": "true"}, headers=headers) as reply:
                _check(reply, repository)
                body = replies.bounded(reply, LISTING_BYTES, LISTING_SECONDS)
    except replies.EndlessError:
        raise _not_a_hub(repository) from None
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, OSError) as error:
        raise LocalaiError(
            f"{addresses.hub()} could not be asked for {repository}: {_first_line(error)}.",
            "Its files are listed there.",
            "Check the network, or name a GGUF file on this disk.",
        ) from None
    document = replies.fields(body)
    if document is None:
        raise _not_a_hub(repository)
    return document


def _check(reply: httpx.Response, repository: str) -> None:
    """Raises LocalaiError where the hub refuses, by its error code first: 401 stands for two things."""
    code, status = reply.headers.get("x-error-code", ""), reply.status_code
    if code == "RepoNotFound" or status == HTTPStatus.NOT_FOUND:
        raise LocalaiError(
            f"The hub has no model {repository}, or it is private.",
            hint="Check owner and name on the hub; for a private one run `hf auth login` first.",
        )
    if code == "GatedRepo":
        status = HTTPStatus.FORBIDDEN
    if reply.is_error:
        known: dict[int, tuple[str, str]] = {**replies.PROXY, **hub.REFUSALS, 401: NO_ACCESS}
        meaning, hint = known.get(status, (f"HTTP {status}", "Try again in a while."))
        raise LocalaiError(f"The hub does not list {repository}: {meaning}.", hint=hint)


def _first_line(error: BaseException) -> str:
    lines = str(error).strip().splitlines()
    return lines[0][:200] if lines else type(error).__name__


def _not_a_hub(repository: str) -> LocalaiError:
    return LocalaiError(
        f"{addresses.hub()} answers, but not as a hub does, when asked for {repository}.",
        "A login page, a filter or a mirror may stand in between.",
        "Open any page in a browser to log in to the network, or check HF_ENDPOINT.",
    )


def _revision(sha: object, repository: str) -> str:
    if not isinstance(sha, str) or not COMMIT.fullmatch(sha):
        raise _not_a_hub(repository)
    return sha


def _files(listed: object) -> list[RemoteFile]:
    found = listed if isinstance(listed, list) else []
    return [_file(one) for one in found if isinstance(one, dict)]


def _file(one: Mapping[str, Any]) -> RemoteFile:
    """Bytes and hash come with the list; what is no number or hash is left out."""
    size, lfs = one.get("size"), one.get("lfs")
    digest = str(lfs.get("sha256") or "") if isinstance(lfs, dict) else ""
    size = size if isinstance(size, int) and size > 0 else 0
    return RemoteFile(
        str(one.get("rfilename", "")), size, digest if SHA256.fullmatch(digest) else ""
    )


def _chosen(repository: str, files: list[RemoteFile], requested: str) -> Quantized:
    found = quantizations(files)
    if not found:
        raise LocalaiError(
            f"{repository} has no GGUF file.",
            "llama.cpp runs models in the GGUF format only.",
            "Look for a repository whose name ends in -GGUF.",
        )
    chosen = choose(found, requested)
    if chosen is None:
        names = ", ".join(dict.fromkeys(one.quantization or one.files[0].name for one in found))
        missing = requested or "complete model"
        raise LocalaiError(
            f"{repository} has no {missing}; it has {names}.",
            hint=f"Take one of these: `{repository}:{found[0].quantization}`.",
        )
    return chosen


def _header(repository: str, revision: str, file: RemoteFile, *, part: bool) -> tuple[Header, int]:
    url, headers = hub.located(repository, file.name, revision)
    with closing(Ranged(url, headers, hub.REFUSALS)) as remote:
        size = file.bytes or _size(remote)
        try:
            header = read_header(remote.read, size, part=part)
        except HeaderRefusedError as refused:
            raise _unreadable(file, refused) from None
        if remote.bytes != size:
            raise LocalaiError(
                f"The hub says that {file.name} has {size} bytes, and sends one of {remote.bytes}.",
                "A mirror or a proxy may have altered it.",
                "Try again, on another network if you can.",
            )
        return header, remote.received_bytes


def _size(remote: Ranged) -> int:
    remote.read(0, 1)
    return remote.bytes


def _unreadable(file: RemoteFile, refused: HeaderRefusedError) -> LocalaiError:
    return LocalaiError(
        f"{file.name} cannot be read as a GGUF model: {refused}.",
        hint="Choose another file or repository.",
    )
