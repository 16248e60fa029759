"""The terms of the field in plain words. The file is `terms.yaml`; `localai explain TERM` shows one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from ..recipes.schema import build
from ..recipes.strict_yaml import parse

FILE = Path(__file__).parent / "terms.yaml"
SCHEMA = "localai.glossary/1"


@dataclass(frozen=True)
class Term:
    """`also` are its other spellings, `means` says what it is, `matters` what that does for the reader."""

    term: str
    means: str
    also: tuple[str, ...] = ()
    matters: str = ""
    see: tuple[str, ...] = ()


@dataclass(frozen=True)
class Glossary:
    """All terms, in the order of the file."""

    schema: str
    terms: tuple[Term, ...] = field(default=())


@cache
def terms() -> tuple[Term, ...]:
    return build(Glossary, parse(FILE.read_text(encoding="utf-8"))).terms


@cache
def by_spelling() -> Mapping[str, Term]:
    """Every spelling, in one form, and its term."""
    found = {_form(name): one for one in terms() for name in one.also}
    return found | {_form(one.term): one for one in terms()}


def find(words: str) -> Term | None:
    """The term of that name, in any case, with or without hyphens and an English plural's `s`."""
    form = _form(words)
    return by_spelling().get(form) or by_spelling().get(form.removesuffix("s"))


def _form(words: str) -> str:
    return re.sub(r"[\s_-]+", " ", words.strip().lower())
