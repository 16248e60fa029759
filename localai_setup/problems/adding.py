"""The shipped problems and a user's own pages → all that is known. None of ours is ever replaced."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import PurePath

from ..model.errors import nearest
from ..model.known import KnownProblem, KnownProblems
from ..recipes.strict_yaml import RecipeError
from .compiling import extended, known
from .page import EXTENSION_SCHEMA, Extension
from .reading import read


def with_own_pages(
    shipped: Mapping[str, KnownProblem], texts: Iterable[tuple[str, str]]
) -> KnownProblems:
    """Add pages, given as (path, text). One that is wrong is left out: the others still help."""
    found, left_out = dict(shipped), []
    for path, text in texts:
        try:
            one = _joined(found, PurePath(path).stem, text)
        except RecipeError as error:
            place = f"{path}, line {error.line}" if error.line else path
            left_out.append(f"The problem page {place} is left out: {error.what}.")
        else:
            found[one.id] = one
    return KnownProblems(dict(sorted(found.items())), tuple(left_out))


def _joined(found: Mapping[str, KnownProblem], name: str, text: str) -> KnownProblem:
    page = read(name, text)
    if isinstance(page, Extension):
        if name not in found:
            near = nearest(name, found)
            meant = f"; did you mean `{near}`?" if near else ""
            raise RecipeError(0, f"there is no problem {name} to extend{meant}")
        return extended(found[name], page)
    if name in found:
        raise RecipeError(
            0,
            f"a problem {name} is known already; rename the file, or add to that problem with "
            f"`schema: {EXTENSION_SCHEMA}`",
        )
    return known(name, page)
