"""Files of models, pinned to their bytes."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class PackageFile:
    """A file that lies inside a wheel on the user's package index."""

    package: str
    version: str
    wheel_sha256: str
    wheel_bytes: int
    member: str


@dataclass(frozen=True)
class ModelFile:
    """One file of a model, pinned. `bytes` and `sha256` are of the file itself.

    `here` is the absolute path of a person's own file, which is used where it lies, else empty.
    """

    repository: str
    revision: str
    file: str
    bytes: int
    sha256: str
    quantization: str
    packages: tuple[PackageFile, ...] = ()
    here: str = ""
