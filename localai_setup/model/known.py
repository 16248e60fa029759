"""The problems that localai knows, ready to be searched for: what the pages of `problems/` become."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from .finding import Problem, Signature


@dataclass(frozen=True)
class KnownProblem:
    """One problem. `healthy` is the sentence that holds where the problem is absent. What stands
    before the last of its `good_news` in a text is over. `wording` has the words of its page
    (see `problems/wording.py`), and `reported` those of reports about it.
    """

    id: str
    healthy: str
    problem: Problem
    signatures: tuple[Signature, ...] = ()
    good_news: tuple[Signature, ...] = ()
    wording: str = ""
    reported: str = ""


@dataclass(frozen=True, eq=False)
class KnownProblems:
    """All problems by id, in order, and why user-supplied pages are left out (a sentence for each)."""

    by_id: Mapping[str, KnownProblem]
    left_out: tuple[str, ...] = ()

    @cached_property
    def words(self) -> frozenset[str]:
        """Every word that some signature needs."""
        known = self.by_id.values()
        signatures = (sign for one in known for sign in (*one.signatures, *one.good_news))
        return frozenset(word for sign in signatures for word in sign.needs)

    def caused_by(self, name: str) -> frozenset[str]:
        """The ids of all problems that the problem `name` leads to, by others as well."""
        found, ahead = set[str](), [name]
        while ahead:
            one = self.by_id.get(ahead.pop())
            new = set(one.problem.leads_to if one else ()) - found
            found |= new
            ahead += new
        return frozenset(found)

    def possible(self, words: Iterable[str]) -> list[KnownProblem]:
        """Those of which some sign may stand in a text of these words, in order; most others cannot."""
        ids = {name for word in words for name in self._by_word.get(word, ())}
        return [one for name, one in self.by_id.items() if name in ids]

    @cached_property
    def _by_word(self) -> Mapping[str, frozenset[str]]:
        """A word → the problems of which a sign needs it. Of each sign the longest, which is rarely met."""
        found = defaultdict[str, set[str]](set)
        for name, one in self.by_id.items():
            for sign in one.signatures:
                if sign.needs:
                    found[max(sign.needs, key=len)].add(name)
        return {word: frozenset(names) for word, names in found.items()}
