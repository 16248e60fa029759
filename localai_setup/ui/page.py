"""One self-contained, redacted page to attach to a question, in HTML or Markdown."""

from __future__ import annotations

import html
from pathlib import Path

from .. import __version__
from ..doctor import Diagnosis
from ..machine.redact import Redactor
from ..machine.writing import write_atomically
from ..model.errors import LocalaiError
from ..model.facts import Facts
from ..model.finding import Finding
from ..model.reading import Failed, Readings, Text
from .report import card

#: Of one reading; the whole of it is in the recording.
MAX_READING_CHARS = 4000
STYLE = """
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
body { max-width: 50rem; margin: 0 auto; padding: 1rem; overflow-wrap: anywhere }
pre { overflow-x: auto; padding: .6rem; border: 1px solid #8888; border-radius: .4rem; white-space: pre-wrap }
section { border-left: .25rem solid #8888; padding-left: .8rem; margin: 1rem 0 }
"""


def write(path: Path, facts: Facts, diagnosis: Diagnosis, readings: Readings) -> None:
    """Write the page; `.md` gives Markdown, everything else HTML.

    Raises:
        LocalaiError: the file cannot be written.

    """
    make = _markdown if path.suffix.lower() == ".md" else _html
    text = Redactor.for_this_user().text(make(facts, diagnosis, readings))
    try:
        write_atomically(path, text.encode("utf-8", "replace"))
    except OSError as error:
        raise LocalaiError(
            f"The page could not be written to {path}: {error.strerror}.",
            hint="Name a file in a folder that you may write to.",
        ) from None


def _html(facts: Facts, diagnosis: Diagnosis, readings: Readings) -> str:
    found = "".join(map(_section, diagnosis.findings)) or "<p>Nothing known is wrong.</p>"
    raw = "".join(
        f"<details><summary>{html.escape(key)}</summary><pre>{html.escape(text)}</pre></details>"
        for key, text in _shown(readings)
    )
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>localai {__version__}: report</title><style>{STYLE}</style>"
        f"<h1>localai {__version__}</h1><pre>{html.escape(chr(10).join(card(facts)))}</pre>"
        f"<h2>Findings</h2>{found}<h2>Readings</h2>{raw}</html>\n"
    )


def _section(one: Finding) -> str:
    proof = "\n".join(f"{e.source}: {e.text}" for e in one.evidence)
    fixes = "".join(
        f"<li>{html.escape(fix.text)}<pre>{html.escape(chr(10).join(fix.commands))}</pre></li>"
        for fix in one.fixes
    )
    return (
        f"<section><h3>{html.escape(one.title)}</h3><p><b>{one.status}</b> <code>{one.id}</code></p>"
        f"<p>{html.escape(one.what)} {html.escape(one.why)}</p><pre>{html.escape(proof)}</pre>"
        f"<ul>{fixes}</ul></section>"
    )


def _markdown(facts: Facts, diagnosis: Diagnosis, readings: Readings) -> str:
    parts = [f"# localai {__version__}", "```text", *card(facts), "```", "## Findings"]
    for one in diagnosis.findings:
        parts += [f"### {one.title}", f"{one.status}: `{one.id}`", "", one.what, "", one.why]
        parts += [f"- {e.source}: {e.text}" for e in one.evidence]
    if not diagnosis.findings:
        parts.append("Nothing known is wrong.")
    parts.append("## Readings")
    for key, text in _shown(readings):
        parts += [
            f"<details><summary>{html.escape(key)}</summary>",
            "",
            "```text",
            text,
            "```",
            "</details>",
        ]
    return "\n".join(parts) + "\n"


def _shown(readings: Readings) -> list[tuple[str, str]]:
    shown = []
    for key, reading in sorted(readings.by_key.items()):
        if isinstance(reading, Text):
            shown.append((key, reading.everything[:MAX_READING_CHARS]))
        elif isinstance(reading, Failed):
            shown.append((key, f"failed: {reading.reason}"))
    return shown
