"""The page as HTML: one file, no scripts, readable on a phone, on paper, in the light and the dark."""

from __future__ import annotations

import html
from collections.abc import Iterable

from .. import __version__
from ..model.finding import Finding, Fix
from . import fixwords
from .findingtext import HEADINGS, LOOKS
from .page import Page, Pair
from .printable import printable

#: More findings than these get a list of contents.
FEW = 3
#: Colours have a contrast of at least 4.5:1 on their ground; one tap selects a whole command.
STYLE = """
:root { color-scheme: light dark; --ground: #fff; --ink: #1b1f24; --soft: #57606a;
  --line: #d0d7de; --inset: #f6f8fa; --fail: #b42318; --warn: #8a5300; --info: #0a5bb5; --ok: #1a6b34 }
@media (prefers-color-scheme: dark) { :root { --ground: #14171c; --ink: #e6e9ed; --soft: #a1abb6;
  --line: #3a424c; --inset: #1e232a; --fail: #ff8a80; --warn: #f0b454; --info: #7db8ff; --ok: #7bd88f } }
* { box-sizing: border-box }
html { font: 16px/1.55 system-ui, -apple-system, "Segoe UI", sans-serif; background: var(--ground);
  color: var(--ink); -webkit-text-size-adjust: 100% }
body { max-width: 52rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; overflow-wrap: anywhere }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 }
h2 { font-size: 1.2rem; margin: 2.5rem 0 .75rem; padding-bottom: .3rem; border-bottom: 1px solid var(--line) }
h3 { font-size: 1.05rem; line-height: 1.35; margin: .3rem 0 }
p { margin: .5rem 0 }
.soft { color: var(--soft); font-size: .9rem }
.headline { font-size: 1.05rem; font-weight: 600 }
code, pre { font: .875em/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace }
pre { margin: .5rem 0; padding: .6rem .75rem; background: var(--inset); border: 1px solid var(--line);
  border-radius: 6px; white-space: pre-wrap }
pre code { font-size: inherit }
.command code { display: block; user-select: all; -webkit-user-select: all; cursor: copy }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .3rem 1.25rem; margin: 0 }
dt { color: var(--soft) }
dd { margin: 0 }
article { border: 1px solid var(--line); border-left: 5px solid var(--kind); border-radius: 6px;
  padding: .75rem 1rem 1rem; margin: 1rem 0 }
.fail { --kind: var(--fail) } .warn { --kind: var(--warn) } .info { --kind: var(--info) }
.badge { color: var(--kind); font-weight: 700; font-size: .875rem }
.label { margin-top: 1rem; font-weight: 600 }
.careful { font-weight: 600; color: var(--warn) }
ol { padding-left: 1.4rem; margin: .25rem 0 } ol.one { list-style: none; padding-left: 0 }
a { color: var(--info) } .contents li { margin: .15rem 0 }
li { margin: .4rem 0 } ul { padding-left: 1.2rem }
.well { color: var(--ok); font-weight: 600 }
details { border-bottom: 1px solid var(--line) }
summary { cursor: pointer; padding: .45rem 0 }
summary:focus-visible { outline: 2px solid var(--info); outline-offset: 2px }
details > pre { max-height: 28rem; overflow-y: auto }
@media (max-width: 480px) { dl { grid-template-columns: 1fr; gap: 0 } dd { margin-bottom: .5rem }
  article { padding: .6rem .75rem .8rem } }
@media print { :root { --ground: #fff; --ink: #000; --soft: #333; --line: #999; --inset: #fff;
  --fail: #b42318; --warn: #8a5300; --info: #0a5bb5; --ok: #1a6b34 } html { font-size: 11pt }
  body { max-width: none; padding: 0 } h2, h3 { break-after: avoid } pre, li { break-inside: avoid }
  details > pre { max-height: none; break-inside: auto } .readings { display: none } }
"""


def escape(words: str) -> str:
    """Text from elsewhere as a page holds it: no tags, and nothing that a terminal would obey."""
    return html.escape(printable(words))


def text(page: Page) -> str:
    """The whole document."""
    found = (
        _contents(page.findings) + "".join(map(_finding, page.findings))
        or '<p class="well">✓ Nothing known is wrong.</p>'
    )
    return (
        '<!doctype html>\n<html lang="en">\n<head><meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>localai report: {escape(page.headline)}</title>\n<style>{STYLE}</style></head>\n"
        f"<body>\n<header><h1>localai report</h1>\n<p class=headline>{escape(page.headline)}</p>\n"
        f"<p class=soft>Written by localai {__version__}. Names, addresses, serial numbers and "
        "secrets were taken out; read it once before you pass it on.</p></header>\n<main>\n"
        f"<section><h2>This machine</h2>{_pairs(page.machine)}</section>\n"
        f"<section><h2>Findings</h2>\n{found}{_passed(page.passed)}</section>\n"
        f"{_could_not(page.unknown)}"
        f"<section><h2>Versions</h2>{_pairs(page.versions)}</section>\n"
        f"{_readings(page.readings)}</main>\n</body>\n</html>\n"
    )


def _pairs(pairs: Iterable[Pair]) -> str:
    rows = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in pairs)
    return f"<dl>{rows}</dl>"


def _contents(found: tuple[Finding, ...]) -> str:
    """Where there are many findings, a list that leads to each."""
    if len(found) <= FEW:
        return ""
    rows = "".join(
        f'<li class="{one.status}"><span class=badge>{LOOKS[one.status][0]}</span> '
        f'<a href="#{escape(one.id)}">{prose(one.title)}</a></li>'
        for one in found
    )
    return f"<ol class=contents>{rows}</ol>\n"


def _finding(one: Finding) -> str:
    sign, kind = LOOKS[one.status][0], HEADINGS[one.status, one.confidence]
    why = "" if one.why == one.what else f"<p>{prose(one.why)}</p>"
    return (
        f'<article class="{one.status}" id="{escape(one.id)}">'
        f"<span class=badge>{sign} {kind}</span> <code class=soft>{escape(one.id)}</code>\n"
        f"<h3>{prose(one.title)}</h3>\n<p>{prose(one.what)}</p>{why}\n"
        f"{_evidence(one)}{_fixes(one.fixes)}</article>\n"
    )


def _evidence(one: Finding) -> str:
    proofs = [
        (proof.text, "" if proof.source == "text" else proof.source) for proof in one.evidence
    ]
    shown = "".join(
        f"<pre>{escape(words)}</pre>"
        + (f"<p class=soft>in <code>{escape(source)}</code></p>" if source else "")
        for words, source in proofs
        if words
    )
    return f"<p class=label>Seen</p>{shown}\n" if shown else ""


def _fixes(fixes: tuple[Fix, ...]) -> str:
    if not fixes:
        return ""
    alone = ' class="one"' if len(fixes) == 1 else ""
    return f"<p class=label>What to do</p><ol{alone}>{''.join(map(_fix, fixes))}</ol>\n"


def _fix(fix: Fix) -> str:
    needs = [f"{one.capitalize()}." for one in fixwords.needs(fix)]
    extra = f" <span class=soft>{' '.join(needs)}</span>" if needs else ""
    careful = f"<p class=careful>Careful: {prose(fix.loses)}</p>" if fix.loses else ""
    proof = f"<p class=soft>To check:</p>{commands((fix.proof,))}" if fix.proof else ""
    return f"<li>{prose(fix.text)}{extra}{careful}{commands(fix.commands)}{proof}</li>"


def commands(commands: tuple[str, ...]) -> str:
    rows = "".join(f"<code>{escape(command)}</code>" for command in commands)
    return f"<pre class=command>{rows}</pre>" if rows else ""


def prose(words: str) -> str:
    """What stands between backticks is code."""
    parts = escape(words).split("`")
    if len(parts) % 2 == 0:
        return escape(words)
    return "".join(f"<code>{one}</code>" if n % 2 else one for n, one in enumerate(parts))


def _passed(passed: tuple[str, ...]) -> str:
    if not passed:
        return ""
    rows = "".join(f"<li>{prose(one)}</li>" for one in passed)
    count = f"{len(passed)} check{'s' if len(passed) > 1 else ''} passed"
    return f"<details><summary class=well>✓ {count}</summary><ul>{rows}</ul></details>\n"


def _could_not(unknown: tuple[Pair, ...]) -> str:
    if not unknown:
        return ""
    rows = "".join(f"<li><code>{escape(name)}</code>: {prose(why)}</li>" for name, why in unknown)
    return f"<section><h2>What could not be checked</h2><ul>{rows}</ul></section>\n"


def _readings(readings: tuple[Pair, ...]) -> str:
    if not readings:
        return ""
    folded = "".join(
        f"<details><summary><code>{escape(key)}</code></summary><pre>{escape(words)}</pre></details>\n"
        for key, words in readings
    )
    return f"<section class=readings><h2>Readings</h2>\n{folded}</section>\n"
