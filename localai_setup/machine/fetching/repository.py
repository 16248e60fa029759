"""A model of the hub by its name: its files at a fixed revision, and the header of one of them."""

from __future__ import annotations

import re
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ...fit.gguf import Header, HeaderRefusedError, join
from ...fit.gguf_ranges import read_header
from ...fit.quants import Quantized, RemoteFile, choose, projectors, quantizations
from ...model.errors import Exit, LocalaiError
from . import hub
from ._model_card import Card, card
from .ranged import Ranged

if TYPE_CHECKING:
    from huggingface_hub import ModelInfo

REFERENCE = re.compile(r"([A-Za-z0-9][\w.-]{0,95}/[\w.-]{1,95}?)(?::([\w./-]{1,120}))?")
LIST_TIMEOUT_SECONDS = 15.0
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


def is_reference(text: str) -> bool:
    """Whether a text can be OWNER/REPO or OWNER/REPO:QUANT."""
    return REFERENCE.fullmatch(text) is not None and not text.lower().endswith(".gguf")


def open_model(reference: str) -> HubModel:
    """List the files, choose one quantization, read its header; LocalaiError says what failed."""
    parts = REFERENCE.fullmatch(reference)
    if parts is None:
        raise LocalaiError(
            f"{reference!r} is not the name of a model on the hub.",
            hint="Write OWNER/REPO or OWNER/REPO:QUANT, for example `unsloth/Qwen3.5-4B-GGUF:Q4_K_M`.",
            exit_code=Exit.USAGE,
        )
    repository, wanted = parts[1], parts[2] or ""
    info = _info(repository)
    revision, files = _revision(info.sha, repository), [_file(one) for one in info.siblings or ()]
    chosen = _chosen(repository, files, wanted)
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


def _info(repository: str) -> ModelInfo:
    import httpx
    from huggingface_hub import HfApi
    from huggingface_hub.errors import (
        GatedRepoError,
        HfHubHTTPError,
        OfflineModeIsEnabled,
        RepositoryNotFoundError,
    )

    api = HfApi(endpoint=hub.endpoint(), library_name="localai-setup")
    try:
        return api.model_info(repository, timeout=LIST_TIMEOUT_SECONDS, files_metadata=True)
    except GatedRepoError:
        raise LocalaiError(f"The hub does not give {repository}: {hub.REFUSALS[403][0]}.",
                           hint=hub.REFUSALS[403][1]) from None  # fmt: skip
    except RepositoryNotFoundError:
        raise LocalaiError(
            f"The hub has no model {repository}, or it is private.",
            hint="Check owner and name on the hub; for a private one run `hf auth login` first.",
        ) from None
    except HfHubHTTPError as error:
        status = error.response.status_code if error.response is not None else 0
        meaning, hint = hub.REFUSALS.get(status, (f"HTTP {status}", "Try again in a while."))
        raise LocalaiError(f"The hub does not list {repository}: {meaning}.", hint=hint) from None
    except (OfflineModeIsEnabled, httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        raise LocalaiError(
            f"{hub.endpoint()} could not be asked for {repository}: {_first_line(error)}.",
            "Its files are listed there.",
            "Check the network, or name a GGUF file on this disk.",
        ) from None
    except (ValueError, TypeError, KeyError, AttributeError):
        # the library takes the answer apart without looking; a page or a mirror may answer anything
        raise _not_a_hub(repository) from None


def _first_line(error: BaseException) -> str:
    lines = str(error).strip().splitlines()
    return lines[0][:200] if lines else type(error).__name__


def _not_a_hub(repository: str) -> LocalaiError:
    return LocalaiError(
        f"{hub.endpoint()} answers, but not as a hub does, when asked for {repository}.",
        "A login page, a filter or a mirror may stand in between.",
        "Open any page in a browser to log in to the network, or check HF_ENDPOINT.",
    )


def _revision(sha: object, repository: str) -> str:
    if not isinstance(sha, str) or not COMMIT.fullmatch(sha):
        raise _not_a_hub(repository)
    return sha


def _file(one: object) -> RemoteFile:
    """Bytes and hash come with the list; what is no number or hash is left out."""
    name, size = getattr(one, "rfilename", ""), getattr(one, "size", None)
    lfs = getattr(one, "lfs", None)
    digest = str(getattr(lfs, "sha256", None) or "") if lfs else ""
    size = size if isinstance(size, int) and size > 0 else 0
    return RemoteFile(str(name), size, digest if SHA256.fullmatch(digest) else "")


def _chosen(repository: str, files: list[RemoteFile], wanted: str) -> Quantized:
    found = quantizations(files)
    if not found:
        raise LocalaiError(
            f"{repository} has no GGUF file.",
            "llama.cpp runs models in the GGUF format only.",
            "Look for a repository whose name ends in -GGUF.",
        )
    chosen = choose(found, wanted)
    if chosen is None:
        names = ", ".join(dict.fromkeys(one.quantization or one.files[0].name for one in found))
        missing = wanted or "complete model"
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
