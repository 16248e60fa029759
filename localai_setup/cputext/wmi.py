"""Objects of Windows' management interface, as wmic and PowerShell print them: list, JSON, CSV, table."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from itertools import pairwise

Record = dict[str, str]
#: names of properties, which no language translates, separated by blanks
HEADER = re.compile(r"\s*[A-Z]\w+(?:\s+[A-Z]\w+)*\s*")
RULE = re.compile(r"\s*-+(?:\s+-+)*\s*")
CUT = ("...", "\u2026")


def records(text: str) -> list[Record]:
    """One for each object; values as printed, those that were cut left out."""
    start = min((i for i in (text.find("{"), text.find("[")) if i >= 0), default=-1)
    if start >= 0 and re.match(r"[\[{]\s*[{\"\]}]", text[start:]):
        return _from_json(text[start:])
    lines = [line for line in text.splitlines() if line.strip()]
    found = list(_from_list(lines)) or _from_csv(lines) or _from_table(lines)
    return [{k: v.replace("&amp;", "&") for k, v in one.items()} for one in found]


def _from_json(text: str) -> list[Record]:
    try:
        document, _ = json.JSONDecoder().raw_decode(text)
    except (ValueError, RecursionError):
        return []
    listed = document if isinstance(document, list) else [document]
    return [
        {str(k): str(v) for k, v in one.items() if v is not None}
        for one in listed
        if isinstance(one, dict)
    ]


def _from_list(lines: list[str]) -> Iterator[Record]:
    """`Key=Value` or `Key : Value` lines; a key that comes again starts the next object."""
    one: Record = {}
    for line in lines:
        found = re.fullmatch(r"\s*(\w+)\s*[=:]\s?(.*?)\s*", line)
        if found and found[1] in one:
            yield one
            one = {}
        if found:
            one[found[1]] = found[2]
    if one:
        yield one


def _from_csv(lines: list[str]) -> list[Record]:
    """`wmic … /format:csv` starts with Node; PowerShell quotes, and may name the type first."""
    rows = list(csv.reader(line for line in lines if not line.startswith("#TYPE")))
    start = next(
        (n for n, row in enumerate(rows) if len(row) > 1 and all(map(_is_name, row))), None
    )
    if start is None:
        return []
    names = rows[start]
    return [
        dict(zip(names, row, strict=True)) for row in rows[start + 1 :] if len(row) == len(names)
    ]


def _is_name(cell: str) -> bool:
    return bool(re.fullmatch(r"[A-Z]\w+", cell.strip()))


def _from_table(lines: list[str]) -> list[Record]:
    """Columns start where their names do; a number that is aligned to the right may start before."""
    start = next((n for n, line in enumerate(lines) if HEADER.fullmatch(line)), None)
    if start is None:
        return []
    names = [(one.start(), one[0]) for one in re.finditer(r"\S+", lines[start])]
    rows = [line for line in lines[start + 1 :] if not RULE.fullmatch(line)]
    return [_row(line, names) for line in rows]


def _row(line: str, names: list[tuple[int, str]]) -> Record:
    edges = [0, *(_edge(line, place) for place, _ in names[1:]), len(line)]
    cells = [line[a:b].strip() for a, b in pairwise(edges)]
    pairs = zip((name for _, name in names), cells, strict=True)
    return {name: cell for name, cell in pairs if cell and not cell.endswith(CUT)}


def _edge(line: str, place: int) -> int:
    """Where a cell starts that should start at `place`: before the word that stands across it."""
    while 0 < place < len(line) and not line[place - 1].isspace() and not line[place].isspace():
        place -= 1
    return place
