"""A table exported from a spreadsheet, row by row under its headings."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import zip_longest

from . import forms
from .records import MAX_FIELD_CHARS, Record

#: What stands between the cells of a table.
SEPARATORS = ",;\t|"
#: The columns of a table without headings.
UNNAMED = ("question", "answer")
NO_HEADINGS = "no heading is known here, so that this line is taken as an example too"
#: A title and the like may stand above the headings: so many rows are looked at for them.
LOOKED_AT = 5
#: So much of a file tells whether it is a table.
SAMPLE_CHARS = 1 << 16
#: Behind the last line, so that a quotation mark that is never closed shows: it takes this in as well.
END = "\ue000"
_LINES = re.compile(r"[^\n]*\n|[^\n]+")


@dataclass(frozen=True)
class _Row:
    """Its cells, and the line where it begins; whether a quotation mark in it is never closed."""

    line: int
    cells: Sequence[str]
    is_open: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """As the headings of columns."""
        return tuple(cell.strip().lstrip("\ufeff") for cell in self.cells)


def records(text: str) -> Iterator[Record]:
    """A record for each row that is no heading; what cannot be one is told with its line."""
    rows = _filled_rows(text)
    if not rows:
        return
    headings, above = _headings(rows)
    twice = _twice(headings)
    if twice:
        words = f"two columns are called `{twice}`: rename one; nothing below can be read"
        yield Record(rows[above - 1].line, fault=words)
        return
    for row in rows[: max(0, above - 1)]:
        yield Record(row.line, fault="it stands above the headings of the table")
    for number, row in enumerate(rows[above:], above):
        record = _record(row, headings, has_headings=above > 0)
        yield record if number else replace(record, doubt=NO_HEADINGS)


def is_plain_text(text: str) -> bool:
    """Whether nothing makes it a table: no heading is known, and its rows are not for the most part of the
    same two or more cells. Commas of sentences part them now here, now there.
    """
    rows = _filled_rows(text[:SAMPLE_CHARS])
    if any(name.lower() in forms.READ for row in rows[:LOOKED_AT] for name in row.names):
        return False
    counts = Counter(map(_filled, rows)).most_common(1)
    return any(cells < len(UNNAMED) or 2 * count <= len(rows) for cells, count in counts)


def _filled(row: _Row) -> int:
    """How many cells it has; a last one without anything is only the end of a line."""
    return len(row.cells) - (not row.cells[-1].strip())


def _filled_rows(text: str) -> list[_Row]:
    with _cells_up_to(len(text) + len(END)):
        return [row for row in _rows(text) if row.is_open or any(map(str.strip, row.cells))]


@contextmanager
def _cells_up_to(chars: int) -> Iterator[None]:
    """The limit is one for all tables that this process reads: it is only raised, and set back."""
    before = csv.field_size_limit()
    csv.field_size_limit(max(before, chars))
    try:
        yield
    finally:
        csv.field_size_limit(before)


def _rows(text: str) -> Iterator[_Row]:
    """Cells of any length are read, and judged later: an error would end the reading."""
    # Python before 3.11 refuses zero bytes, which a crash leaves
    lines = _LINES.findall(text.replace("\0", " "))
    reader = csv.reader([*lines, END], delimiter=_separator(lines))
    line = 1
    for cells in reader:
        if cells == [END]:
            return
        yield _Row(line, cells, is_open=reader.line_num > len(lines))
        line = reader.line_num + 1


def _separator(lines: Sequence[str]) -> str:
    """The one that stands most often in the first line that has any, outside quotation marks."""
    for line in lines[:LOOKED_AT]:
        outside = "".join(line.split('"')[::2])
        found = max(SEPARATORS, key=outside.count)
        if found in outside:
            return found
    return SEPARATORS[0]


def _headings(rows: Sequence[_Row]) -> tuple[tuple[str, ...], int]:
    """The names of the columns, and how many rows stand before the first example."""
    for number, row in enumerate(rows[:LOOKED_AT], 1):
        if forms.form_of(dict.fromkeys(row.names, "")):
            return row.names, number
    if len(rows[0].cells) == len(UNNAMED):
        return UNNAMED, 0
    return rows[0].names, 1


def _twice(headings: Sequence[str]) -> str:
    """The first heading that stands over two columns, of those that may be read; empty where there is none."""
    names = [one.lower() for one in headings if one.lower() in forms.READ]
    return next((one for one in names if names.count(one) > 1), "")


def _record(row: _Row, headings: tuple[str, ...], *, has_headings: bool) -> Record:
    fault = _fault(row, headings, has_headings=has_headings)
    if fault:
        return Record(row.line, fault=fault)
    return Record(row.line, dict(zip_longest(headings, row.cells, fillvalue="")))


def _fault(row: _Row, headings: tuple[str, ...], *, has_headings: bool) -> str:
    if row.is_open:
        return "a quotation mark that begins here is never closed; nothing behind it can be read"
    if any(len(cell) > MAX_FIELD_CHARS for cell in row.cells):
        return "a cell is longer than a million characters"
    if len(row.cells) > len(headings):
        columns = "1 heading" if len(headings) == 1 else f"{len(headings)} headings"
        more = f"{len(row.cells)} cells under {columns}"
        return f"{more}; a text with the separator in it needs quotation marks"
    if has_headings and row.names == headings:
        return "the headings stand here once more"
    return ""
