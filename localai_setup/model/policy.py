"""What a company allows: licences, models and where they come from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from .licence import Licence

#: What a model of the user's own is called as a source.
OWN_FILE = "own file"


@dataclass(frozen=True)
class Policy:
    """`localai.policy/1`. An empty list allows everything; `*` in a pattern stands for anything.

    `licences` are ids; with `commercial_only` only licences that allow any commercial use are left.
    `models` are patterns of names, `sources` patterns of the hub's repositories (`OWNER/*`), of packages,
    or `own file`. `drivers` are the least versions of drivers by the vendor of the GPU, which are checked
    over many machines (`localai fleet --policy`). `contact` is whom to ask.
    """

    schema: str
    licences: tuple[str, ...] = ()
    commercial_only: bool = False
    models: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    drivers: Mapping[str, str] = field(default_factory=dict)
    contact: str = ""

    def forbids(self, model: str, licence: Licence) -> str:
        """Why the model may not be used, as the end of a sentence about it; empty where it may."""
        name = licence.name or licence.id or "an unknown licence"
        if self.models and not _matches(model, self.models):
            return "is not among the models that are allowed"
        if self.licences and licence.id not in self.licences:
            return f"is under {name}, which is not among the licences that are allowed"
        if self.commercial_only and licence.commercial != "yes":
            return f"is under {name}, which does not allow all commercial use"
        return ""

    def forbids_source(self, source: str) -> str:
        """As `forbids`, for where a file of the model comes from."""
        if not self.sources or _matches(source, self.sources):
            return ""
        return f"comes from {source}, which is not among the sources that are allowed"


def source(repository: str, package: str) -> str:
    """What the origin of a file is called in a policy, by its repository and the name of its package."""
    return repository or package or OWN_FILE


def _matches(name: str, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(name.lower(), one.lower()) for one in patterns)
