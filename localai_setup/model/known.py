"""The problems that localai knows, ready to be searched for: what the pages of `problems/` become."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from .finding import Problem, Signature

#: What counts as a word of a description.
WORD = re.compile(r"[a-z_][a-z0-9_]+")


@dataclass(frozen=True)
class KnownProblem:
    """One problem. `healthy` is the sentence that holds where the problem is absent; `described`
    are the words of its page in small letters, and how often each stands there.
    """

    id: str
    healthy: str
    problem: Problem
    signatures: tuple[Signature, ...] = ()
    described: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class KnownProblems:
    """All problems by id, in order, and why user-supplied pages are left out (a sentence for each)."""

    by_id: Mapping[str, KnownProblem]
    left_out: tuple[str, ...] = ()

    @cached_property
    def words(self) -> frozenset[str]:
        """Every word that some signature needs."""
        signatures = (sign for one in self.by_id.values() for sign in one.signatures)
        return frozenset(word for sign in signatures for word in sign.needs)
