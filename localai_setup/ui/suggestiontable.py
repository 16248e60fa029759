"""What is offered, to be compared: side by side where there is room, else one below the other."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from ..model import rates
from ..model.licence import Licence
from ..model.plan import Choice
from ..model.recipe import Recipes
from ..model.sizes import range_words, size_words
from . import console, licencewords, plantext

#: columns of the names of the rows, and the least that a cell of words is readable in
NAME_WIDTH, LEAST_CELL = 10, 19
GAP = "  "


@dataclass(frozen=True)
class Line:
    """How a model would come here: bytes that are missing, and bytes per second as far as known."""

    missing_bytes: float
    rate: float | None = None

    @property
    def words(self) -> str:
        """`5.7 GB, about 12 min`."""
        if not self.missing_bytes:
            return "is here already"
        size = size_words(self.missing_bytes)
        if not self.rate:
            return size
        return f"{size}, about {rates.duration_words(self.missing_bytes / self.rate)} on this line"


def rows_of(choice: Choice, recipes: Recipes, line: Line) -> list[tuple[str, str]]:
    """(name of the row, words), the title first under an empty name."""
    speed = f"{range_words(choice.speed.low, choice.speed.high)} tokens/s"
    its = choice.merits
    return [
        ("", plantext.label(choice)),
        ("", recipes.models[choice.model].name),
        ("Answers", its.answers),
        ("Speed", f"{its.pace} ({speed})".strip()),
        ("Download", line.words),
        ("Left free", its.left),
        ("Licence", _licence(choice.licence)),
    ]


def _licence(licence: Licence) -> str:
    """Its name and whether it is to be accepted."""
    name = licence.name or licence.id
    return f"{name}: {licencewords.at_work(licence).rstrip('.')}"


def table(columns: Sequence[Sequence[tuple[str, str]]]) -> str:
    """As wide as the terminal; rows that say nothing of anything are left out."""
    width = shutil.get_terminal_size().columns - 1
    cell = (width - NAME_WIDTH) // len(columns) - len(GAP)
    if console.is_plain() or cell < LEAST_CELL:
        return "\n\n".join(_stacked(column, width) for column in columns)
    rows = [row for row in zip(*columns, strict=True) if any(words for _, words in row)]
    return "\n".join(_side_by_side(row, cell) for row in rows)


def _side_by_side(row: Sequence[tuple[str, str]], cell: int) -> str:
    cells = [textwrap.wrap(words, cell) for _, words in row]
    height = max(len(lines) for lines in cells)
    lines = []
    for number in range(height):
        name = row[0][0] if number == 0 else ""
        words = [one[number] if number < len(one) else "" for one in cells]
        lines.append(f"{name:<{NAME_WIDTH}}" + "".join(f"{GAP}{one:<{cell}}" for one in words))
    return "\n".join(line.rstrip() for line in lines)


def _stacked(column: Sequence[tuple[str, str]], width: int) -> str:
    """One suggestion below the other."""
    (_, label), (_, name), *rest = column
    lines = textwrap.wrap(f"{label}: {name}", width)
    for row, words in rest:
        if words:
            text = f"{row}: {words}"
            lines += textwrap.wrap(text, width, initial_indent="  ", subsequent_indent="    ")
    return "\n".join(lines)
