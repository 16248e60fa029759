"""The page as Markdown, for a thread on a code-hosting site."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import escape

from .. import __version__
from ..model.finding import Finding, Fix
from . import fixwords
from .findingtext import HEADINGS, LOOKS
from .page import Page, Pair


def text(page: Page) -> str:
    """The whole document."""
    parts = [
        f"# localai report\n\n**{_prose(page.headline)}**",
        f"Written by localai {__version__}; names, addresses, serial numbers and secrets were taken out.",
        f"## This machine\n\n{_pairs(page.machine)}",
        "## Findings",
        *(part for one in page.findings for part in _finding(one)),
        *([] if page.findings else ["✓ Nothing known is wrong."]),
        *_list(f"✓ Passed checks: {len(page.passed)}", map(_prose, page.passed)),
        *_list("What could not be checked", (f"`{n}`: {_prose(why)}" for n, why in page.unknown)),
        f"## Versions\n\n{_pairs(page.versions)}",
        *(["## Readings"] if page.readings else []),
        *(_folded(f"<code>{escape(key)}</code>", _fenced(words)) for key, words in page.readings),
    ]
    return "\n\n".join(parts) + "\n"


def _pairs(pairs: Iterable[Pair]) -> str:
    return "\n".join(f"- {name}: {_prose(value)}" for name, value in pairs)


def _finding(one: Finding) -> Iterator[str]:
    sign, kind = LOOKS[one.status][0], HEADINGS[one.status, one.confidence]
    yield f"### {sign} {_prose(one.title)}"
    yield f"{kind}, `{one.id}`"
    yield _prose(one.what)
    if one.why != one.what:
        yield _prose(one.why)
    for proof in one.evidence:
        if proof.text:
            yield _fenced(
                proof.text if proof.source == "text" else f"{proof.source}:\n{proof.text}"
            )
    for number, fix in enumerate(one.fixes, 1):
        yield from _fix(number, fix)


def _fix(number: int, fix: Fix) -> Iterator[str]:
    needs = "".join(f" ({one})" for one in fixwords.needs(fix))
    yield f"**What to do, {number}.** {_prose(fix.text)}{needs}"
    if fix.loses:
        yield f"**Careful:** {_prose(fix.loses)}"
    if fix.commands:
        yield _fenced("\n".join(fix.commands), "sh")
    if fix.proof:
        yield f"To check: `{fix.proof}`"


def _list(title: str, rows: Iterable[str]) -> list[str]:
    listed = "\n".join(f"- {row}" for row in rows)
    return [_folded(title, listed)] if listed else []


def _folded(title: str, inside: str) -> str:
    return f"<details><summary>{title}</summary>\n\n{inside}\n\n</details>"


def _fenced(words: str, kind: str = "text") -> str:
    """In a fence longer than any within."""
    longest = max(map(len, re.findall("`+", words)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{kind}\n{words}\n{fence}"


def _prose(words: str) -> str:
    """Without letters that would become HTML, except between backticks, where they are shown."""
    parts = words.split("`")
    return "`".join(part if n % 2 else escape(part, quote=False) for n, part in enumerate(parts))
