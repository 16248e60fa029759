"""Which files of a repository make up one quantization of its model."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

#: The first that is there is taken where none is named: good at its size, then the nearest to it.
PREFERRED = ("Q4_K_M", "UD-Q4_K_XL", "MXFP4", "Q4_K_S", "Q4_0", "IQ4_XS", "Q5_K_M", "Q5_K_S",
             "Q6_K", "Q8_0", "Q3_K_M", "BF16", "F16")  # fmt: skip
NAME = re.compile(
    r"(?:^|[-_./])((?:UD-)?(?:I?Q\d(?:_[0-9A-Z]+)*|TQ\d_\d|MXFP4(?:_MOE)?|BF16|F16|F32))(?=[-_./]|$)",
    re.IGNORECASE,
)
PART = re.compile(r"^(.*)-(\d{5})-of-(\d{5})$")
NOT_WEIGHTS = re.compile(r"(?:^|[-_./])(?:mmproj|imatrix|lora|mtp|draft)(?=[-_./])", re.IGNORECASE)
PROJECTOR = re.compile(r"(?:^|[-_./])mmproj[-_.].*gguf$", re.IGNORECASE)


@dataclass(frozen=True)
class RemoteFile:
    """A file of a repository at one revision; `sha256` is empty where the hub keeps none."""

    name: str
    bytes: int
    sha256: str = ""


@dataclass(frozen=True)
class Quantized:
    """One quantization: its files in order; more than one where the model is split."""

    quantization: str
    files: tuple[RemoteFile, ...]
    complete: bool = True

    @property
    def bytes(self) -> int:
        return sum(one.bytes for one in self.files)


def quantizations(files: Iterable[RemoteFile]) -> list[Quantized]:
    """Every model among the GGUF files of a repository, the smallest first."""
    groups: dict[str, list[RemoteFile]] = {}
    for one in files:
        stem, dot, ending = one.name.rpartition(".")
        if dot and ending.lower() == "gguf" and not NOT_WEIGHTS.search(one.name):
            part = PART.match(stem)
            groups.setdefault(part[1] if part else stem, []).append(one)
    found = [_quantized(stem, group) for stem, group in groups.items()]
    return sorted(found, key=lambda one: (one.bytes, one.quantization))


def projectors(files: Iterable[RemoteFile]) -> tuple[RemoteFile, ...]:
    """What pictures need beside the model, the smallest first."""
    found = [one for one in files if PROJECTOR.search(one.name)]
    return tuple(sorted(found, key=lambda one: (one.bytes, one.name)))


def _quantized(stem: str, group: list[RemoteFile]) -> Quantized:
    names = NAME.findall(stem.rsplit("/", 1)[-1]) or NAME.findall(stem)
    ordered = tuple(sorted(group, key=lambda one: one.name))
    part = PART.match(ordered[0].name.rpartition(".")[0])
    return Quantized(
        names[-1].upper() if names else "", ordered, not part or int(part[3]) == len(ordered)
    )


def choose(found: list[Quantized], requested: str = "") -> Quantized | None:
    """The quantization of that name, or the preferred one; the smallest file where names differ."""
    complete = [one for one in found if one.complete]
    for name in (requested,) if requested else PREFERRED:
        same = [one for one in complete if one.quantization == name.upper()]
        if same:
            return same[0]
    if requested:
        return next((one for one in complete if _named(one, requested)), None)
    return complete[0] if complete else None


def _named(one: Quantized, requested: str) -> bool:
    return requested.lower() in {
        one.files[0].name.lower(),
        one.files[0].name.lower()[: -len(".gguf")],
    }
