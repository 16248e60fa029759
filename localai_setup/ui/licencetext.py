"""The parts of a set-up and their licences, for people and for spreadsheets."""

from __future__ import annotations

import csv as table
import sys
from collections.abc import Sequence

from ..model.part import Part
from .findingtext import say_line, say_prose

COLUMNS = ("kind", "name", "version", "licence", "page", "at work", "sha256", "bytes", "source",
           "accepted", "terms")  # fmt: skip
#: letters of a hash that tell one text from another
SHORT_HASH = 12
#: What a spreadsheet would take for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def words(parts: Sequence[Part]) -> None:
    """Each part, its licence, and whether and why it may be used at work."""
    for part in parts:
        version = f" {part.version}" if part.version else ""
        say_prose(f"{part.kind}: {part.name}{version}", "", "  ", "bold")
        say_prose(part.at_work, "  ")
        if part.licence.url:
            say_line(f"  {part.licence.url}")
        if part.licence.needs_acceptance:
            say_prose(_acceptance(part), "  ")


def _acceptance(part: Part) -> str:
    """When the terms were accepted, and how to tell these terms from changed ones."""
    text = f"the terms that are shown have the sha256 {part.licence.terms[:SHORT_HASH]}"
    if not part.accepted_at:
        return f"It has to be accepted, and no acceptance is kept on this computer ({text})."
    day, _, time = part.accepted_at.partition("T")
    return f"Accepted here on {day} at {time[:5]} UTC ({text})."


def csv(parts: Sequence[Part]) -> None:
    """With a line of headings, as RFC 4180 says."""
    writer = table.writer(sys.stdout)
    writer.writerow(COLUMNS)
    for one in parts:
        name, size = one.licence.name or one.licence.id, one.bytes or ""
        row = (one.kind, one.name, one.version, name, one.licence.url, one.at_work)
        writer.writerow(map(_plain, (*row, " ".join(one.sha256), str(size), one.source,
                                   one.accepted_at, one.licence.terms)))  # fmt: skip


def _plain(cell: str) -> str:
    """A model's card is a stranger's text: no program that opens the table computes with it."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell
