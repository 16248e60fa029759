"""Pages → the known problems: each expression on its own, with the words that it needs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from ..model.finding import Fix, Problem, Signature
from ..model.known import WORD, KnownProblem
from ..recipes.strict_yaml import RecipeError
from .dangers import with_dangers
from .page import LEVELS, SCHEMA, Extension, Page, PageFix, Signs
from .reading import read
from .remedies import expanded
from .words import needed_words

#: What of a regular expression is no word.
_NO_WORDS = re.compile(r"\\[A-Za-z.]|[\\^$*+?(){}|\[\]]")


def compile_page(name: str, text: str) -> KnownProblem:
    """The shipped page of the problem with the id `name`.

    Raises:
        RecipeError: the page is wrong.

    """
    page = read(name, text)
    if isinstance(page, Extension):
        raise RecipeError(1, f"{name} is shipped, so its `schema` must be {SCHEMA}")
    return known(name, page)


def known(name: str, page: Page) -> KnownProblem:
    """What is known of the problem with the id `name`."""
    problem = Problem(
        page.title,
        page.seen,
        page.why,
        _fixes(page.fixes),
        page.sources,
        page.status,
        page.likelihood,
        page.systems,
        page.confused_with,
    )
    signs = signatures(page.signs)
    return KnownProblem(name, page.healthy, problem, signs, _described(name, problem, signs))


def extended(shipped: KnownProblem, extension: Extension) -> KnownProblem:
    """A shipped problem with a user's own fixes before its own, and with more signs."""
    problem = replace(
        shipped.problem,
        fixes=(*_fixes(extension.fixes), *shipped.problem.fixes),
        sources=(*shipped.problem.sources, *extension.sources),
    )
    more = signatures(extension.signs)
    return replace(shipped, problem=problem, signatures=(*shipped.signatures, *more))


def _fixes(fixes: Iterable[PageFix]) -> tuple[Fix, ...]:
    return tuple(with_dangers(one) for fix in fixes for one in expanded(fix))


def signatures(signs: Signs) -> tuple[Signature, ...]:
    """Every expression of the page on its own, with the words that a text must hold for it."""
    return tuple(
        Signature(
            pattern,
            needed_words(pattern),
            LEVELS[level][0] if sign.certainty is None else sign.certainty,
            sign.lines,
            sign.also,
            sign.unless,
        )
        for level, sign in signs.by_level()
        for pattern in sign.any
    )


def _described(name: str, problem: Problem, signs: Iterable[Signature]) -> dict[str, int]:
    """The words of the id, of what people read, and the literal ones of the signs."""
    patterns = (_NO_WORDS.sub(" ", one.pattern) for one in signs)
    words = (name.replace("-", " "), problem.title, problem.seen, problem.why, *patterns)
    return dict(Counter(WORD.findall(" ".join(words).lower())))
