"""Pages → the known problems: each expression on its own, with the words that it needs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ..model.finding import Fix, Problem, Signature
from ..model.known import KnownProblem
from ..recipes.strict_yaml import RecipeError
from .dangers import with_dangers
from .engine_names import with_engines
from .page import LEVELS, SCHEMA, Extension, Page, PageFix, Signs
from .reading import read
from .remedies import expanded
from .wording import of_page, of_reports, with_complaints
from .words import needed_phrase, needed_words


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
        page.leads_to,
    )
    signs = signatures(page.signs)
    news = tuple(
        Signature(pattern, needed_words(pattern), phrase=needed_phrase(pattern))
        for pattern in page.cleared_by
    )
    words = of_page(name, page), of_reports(page.reports)
    return KnownProblem(name, page.healthy, problem, signs, news, *words)


def extended(shipped: KnownProblem, extension: Extension) -> KnownProblem:
    """A shipped problem with a user's own fixes before its own, and with more signs and complaints."""
    problem = replace(
        shipped.problem,
        fixes=(*_fixes(extension.fixes), *shipped.problem.fixes),
        sources=(*shipped.problem.sources, *extension.sources),
    )
    more = signatures(extension.signs)
    wording = with_complaints(shipped.wording, extension.complaints)
    return replace(
        shipped, problem=problem, signatures=(*shipped.signatures, *more), wording=wording
    )


def _fixes(fixes: Iterable[PageFix]) -> tuple[Fix, ...]:
    return tuple(with_engines(with_dangers(one)) for fix in fixes for one in expanded(fix))


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
            sign.compare,
            needed_phrase(pattern),
        )
        for level, sign in signs.by_level()
        for pattern in sign.any
    )
