"""The text of a page → a checked page. Whatever is wrong is said with its line."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .. import catalog
from ..model.textvalue import comparison
from ..recipes.schema import build
from ..recipes.strict_yaml import Located, RecipeError, parse
from .endless import is_endless
from .page import EXTENSION_SCHEMA, LEVELS, SCHEMA, Extension, Page
from .words import needed_words

KINDS: dict[str, type[Page | Extension]] = {SCHEMA: Page, EXTENSION_SCHEMA: Extension}
ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
MAX_WINDOW_LINES = 50


def read(name: str, text: str) -> Page | Extension:
    """One page, whose problem's id is `name`.

    Raises:
        RecipeError: says the line and what to change.

    """
    if not ID.fullmatch(name):
        raise RecipeError(0, f"the file name {name!r} is no id: small letters, digits and `-`")
    data = parse(text)
    page = build(_kind(data), data)
    _check_signs(data)
    _check_good_news(data)
    _check_fixes(data)
    return page


def _kind(data: Located) -> type[Page | Extension]:
    given = data.value.get("schema") if isinstance(data.value, dict) else None
    if given is None or not isinstance(given.value, str) or given.value not in KINDS:
        line = given.line if given else data.line
        raise RecipeError(line, f"`schema` must be one of {', '.join(KINDS)}")
    return KINDS[given.value]


def _check_signs(data: Located) -> None:
    """What the types do not say: expressions are expressions, numbers fit their level."""
    signs = data.value["signs"].value if "signs" in data.value else {}
    for level, listed in signs.items():
        for sign in listed.value:
            fields = sign.value if isinstance(sign.value, dict) else {"any": Located([sign], 0)}
            _check_certainty(level, fields.get("certainty"))
            _check_lines(fields.get("lines"))
            for pattern in fields["any"].value:
                _check_searchable(pattern)
            for pattern in _patterns(fields, "also", "unless"):
                _check_expression(pattern)
            for one in _patterns(fields, "compare"):
                _check_comparison(one)


def _check_good_news(data: Located) -> None:
    for pattern in _patterns(data.value, "cleared_by"):
        _check_searchable(pattern)


def _check_comparison(one: Located) -> None:
    try:
        comparison(one.value)
    except ValueError as error:
        raise RecipeError(one.line, str(error)) from None


def _patterns(fields: dict[str, Located], *names: str) -> Iterator[Located]:
    for name in names:
        if name in fields:
            yield from fields[name].value


def _check_searchable(pattern: Located) -> None:
    _check_expression(pattern)
    if not needed_words(pattern.value):
        raise RecipeError(
            pattern.line,
            f"{pattern.value!r} has no whole word that stands in everything it matches, and a text "
            r"is searched only where such a word stands in it; write \b before and after one",
        )


def _check_expression(pattern: Located) -> None:
    try:
        re.compile(pattern.value, re.IGNORECASE)
    except (re.error, OverflowError, RecursionError) as error:
        raise RecipeError(
            pattern.line, f"{pattern.value!r} is not a regular expression: {error}"
        ) from None
    if is_endless(pattern.value):
        raise RecipeError(
            pattern.line,
            f"{pattern.value!r} repeats what can be split in more than one way, and a text that nearly "
            "matches it would be searched for ever; repeat it once, or end each part with a sign of its own",
        )


def _check_certainty(level: str, certainty: Located | None) -> None:
    _, least, below = LEVELS[level]
    if certainty and certainty.value is not None and not least <= certainty.value < below:
        raise RecipeError(
            certainty.line,
            f"the certainty of a {level} sign is from {least} to below {below}, not {certainty.value}",
        )


def _check_lines(lines: Located | None) -> None:
    if lines and not 1 <= lines.value <= MAX_WINDOW_LINES:
        raise RecipeError(lines.line, f"`lines` is from 1 to {MAX_WINDOW_LINES}, not {lines.value}")


def _check_fixes(data: Located) -> None:
    for fix in data.value["fixes"].value if "fixes" in data.value else ():
        if not fix.value.keys() & {"text", "remedy"}:
            raise RecipeError(fix.line, "a fix needs a `text`, or a `remedy`")
        step = fix.value.get("step")
        if step and step.value not in catalog.modules("steps"):
            raise RecipeError(step.line, f"there is no step called {step.value!r}")
