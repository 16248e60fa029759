"""Files of models, pinned to their bytes."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class PackageFile:
    """A file that lies inside a wheel on the user's package index; `name` is the package's."""

    name: str
    version: str
    wheel_sha256: str
    wheel_bytes: int
    member: str


@dataclass(frozen=True)
class FilePart:
    """A further part of a model that comes in several files; it lies beside the first."""

    file: str
    bytes: int
    sha256: str


@dataclass(frozen=True)
class ModelFile:
    """One file of a model, pinned. `bytes` and `sha256` are of the file itself.

    `parts` are the others where the model is split (`NAME-00001-of-00003.gguf`): an engine is given the first
    and opens them by their names.

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
    parts: tuple[FilePart, ...] = ()

    @property
    def all_bytes(self) -> int:
        """Of all its parts."""
        return self.bytes + sum(one.bytes for one in self.parts)

    @property
    def each(self) -> tuple[ModelFile, ...]:
        """Every part as a file of its own, the first first."""
        first = replace(self, parts=())
        others = (
            FurtherPart(
                self.role, one.file, one.bytes, one.sha256, self.quantization, self.repository,
                self.revision, first_sha256=self.sha256,
            )
            for one in self.parts
        )  # fmt: skip
        return (first, *others)


@dataclass(frozen=True)
class FurtherPart(ModelFile):
    """Kept under the hash of the first part, so that their names differ by their numbers alone."""

    first_sha256: str = ""


@dataclass(frozen=True)
class OwnModelFile(ModelFile):
    """A person's own file, which is used where it lies: at the absolute path `here`."""

    here: str = ""
