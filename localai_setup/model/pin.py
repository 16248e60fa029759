"""A recipe's pinned file, and what the hub says of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Pin:
    """One file of one model recipe, as it is pinned. `bytes` in bytes, `sha256` in hex."""

    model: str
    repository: str
    revision: str
    file: str
    bytes: int
    sha256: str


@dataclass(frozen=True)
class HubFile:
    """What a listing tells of one file; 0 and empty where it does not tell."""

    bytes: int = 0
    sha256: str = ""


@dataclass(frozen=True)
class Listing:
    """The files of a repository at one revision. Without a `revision` it could not be listed, and
    `trouble` says why; `gone`: the hub knows neither such a repository nor such a revision.
    """

    revision: str = ""
    files: Mapping[str, HubFile] = field(default_factory=dict)
    gone: bool = False
    trouble: str = ""


@dataclass(frozen=True)
class PinCheck:
    """`state`: holds, gone, altered (other bytes or hash) or unknown (the hub could not be asked).

    `newest_revision` is empty where the pinned one is the newest or that is not known; `newest_file`
    says whether the file there is the same, another or gone.
    """

    pin: Pin
    state: str
    why: str = ""
    newest_revision: str = ""
    newest_file: str = ""
