"""Which pages a person's report may be about, where no sign of a problem is found in it.

The words of the report are compared with those of the pages, and what it complains of adds to the pages
of the causes. None of that proves anything: it is said as a possibility, and of few pages.

The figures are those of 220 texts of public threads, half of which no page was written after.
"""

from __future__ import annotations

from collections.abc import Mapping

from ..model.known import KnownProblems
from . import complaints
from .bayes import bayes
from .complaints import Complaint
from .likeness import likeness

#: What the surest complaint (about 5 by its signs) adds to the likeness of its first cause's page, which is
#: 1 for the page that is most like; and what is left of it for the causes behind the first.
_COMPLAINT, _LATER = 0.6 / 5, (1.0, 0.6, 0.45, 0.3, 0.2)
#: Where the likeliest page has so small a share of the text's words, no page is what it is about: of 16 such
#: texts 3 had the right page among the three that are most like.
_LEAST = 0.3
#: A page that counts for less than this share of the first is not named beside it: hardly one was right.
_NEAR = 0.35
MOST = 3
#: What a page loses for each unit by which the mean logarithm of its words' probabilities is less than the best page's.
_PER_NAT = 2.0
#: What its likeness adds to how probable a page is. Of 191 reports without a sign the right page is the first of 125,
#: and one of three of 160; without it of 128 and 156.
_ALIKE = 0.2
#: One line is about the likeliest page if its words count for as much there as rare words do, and that is so large
#: a share of what they could count for; or a smaller one, and no other page counts for more than `_APART` of it.
#: Of 2,374 sentences of the pages, each compared without its own page's knowing it, this holds for 1,060: 66 of 100
#: are of the likeliest page and 82 of one of three, while the first cause of a complaint is right for 5.
_OF_A_PAGE, _LEAST_OF_A_LINE, _APART = 1.2, 0.8, 0.85
_RARE_WORDS, _RARER_WORDS = 35.0, 45.0
#: An error that programs printed is about the likeliest page if its words count for as much there, and for that share
#: of what they could: 3 of 5 such texts of public threads had the right page among the three, and no healthy log did.
_OF_AN_ERROR, _SHARE_OF_AN_ERROR = 80.0, 0.45


def weighed(text: str, known: KnownProblems) -> Mapping[str, float]:
    """Id → how much speaks for it, about 1 for the page that the text is most probably about.

    Empty where it is like no page, and is no complaint.
    """
    like = alike(text, known)
    if not like:
        return {}
    probable = bayes(known).scores(text.splitlines())
    best = max(probable.values(), default=0.0)
    share = {name: max(0.0, 1 - _PER_NAT * (best - one)) for name, one in probable.items()}
    weights = _added(share, _of_complaints(text, known))
    return {name: one + _ALIKE * like.get(name, 0) for name, one in weights.items()}


def alike(text: str, known: KnownProblems) -> Mapping[str, float]:
    """Id → how like its page is, about 1 for the most like; none is like most texts."""
    lines = text.splitlines()
    like, more = likeness(known).scores(lines), _of_complaints(text, known)
    most = max(like.values(), default=0.0)
    if not more and most <= _LEAST * likeness(known).possible(lines):
        return {}
    return _added({name: one / (most or 1) for name, one in like.items()}, more)


def _added(share: Mapping[str, float], more: Mapping[str, float]) -> Mapping[str, float]:
    return {name: share.get(name, 0) + more.get(name, 0) for name in {*share, *more}}


def likeliest(weights: Mapping[str, float]) -> tuple[str, ...]:
    """The ids of up to three pages, the likeliest first."""
    ordered = sorted(weights, key=lambda name: (-weights[name], name))[:MOST]
    return tuple(name for name in ordered if weights[name] >= _NEAR * weights[ordered[0]])


def is_of_a_page(text: str, likenesses: Mapping[str, float], known: KnownProblems) -> bool:
    """Whether the words of a short text are so much those of the page most alike that it was not chance."""
    like, lines = likeness(known), text.splitlines()
    most, possible = max(like.scores(lines).values(), default=0.0), like.possible(lines)
    first, *others = sorted(likenesses.values(), reverse=True)[:2] or (0.0,)
    stands_out = all(one <= _APART * first for one in others)
    if not stands_out:
        return most > max(_RARER_WORDS, _OF_A_PAGE * possible)
    return most > max(_RARE_WORDS, _LEAST_OF_A_LINE * possible)


def is_much_like(text: str, weights: Mapping[str, float], known: KnownProblems) -> bool:
    """Whether the words of an error are much those of the likeliest page."""
    like, lines = likeness(known), text.splitlines()
    scores = like.scores(lines)
    most = max((scores.get(name, 0.0) for name in likeliest(weights)), default=0.0)
    return most >= max(_OF_AN_ERROR, _SHARE_OF_AN_ERROR * like.possible(lines))


def _of_complaints(text: str, known: KnownProblems) -> Mapping[str, float]:
    """Id → what the complaints that the text may be add to its page: the most of them."""
    found: dict[str, float] = {}
    for one, counts in complaints.likely(text).items():
        for name, share in zip(_pages(one), _LATER, strict=False):
            found[name] = max(found.get(name, 0), counts * share * _COMPLAINT)
    return {name: one for name, one in found.items() if name in known.by_id}


def _pages(complaint: Complaint) -> list[str]:
    """Of the causes, the most usual first; a question has none."""
    causes = () if complaint.answer else complaints.table().causes_of(complaint)
    return [one.problem for one in causes if one.problem]
