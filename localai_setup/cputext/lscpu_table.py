"""`lscpu -e` and `lscpu -p`: a row for each logical CPU."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ..model.reading import Readings
from . import topology
from .named import NamedCpu

Row = Mapping[str, str]


def read(readings: Readings) -> NamedCpu | None:
    for _, text in readings.texts("command:lscpu*"):
        rows = [row for row in _rows(text) if row.get("ONLINE", "yes") != "no"]
        if rows:
            cores = _cores(rows)
            return NamedCpu(
                logical=len(rows),
                physical=len(set(cores.values())) if cores else None,
                performance=_fast(rows, cores),
            )
    return None


def _rows(text: str) -> list[Row]:
    """Columns are separated by blanks, or by commas below a header behind `#`."""
    lines = [line.strip().lstrip("#").strip().upper() for line in text.splitlines()]
    start = next((n for n, one in enumerate(lines) if re.match(r"CPU[ ,]+\w+", one)), None)
    if start is None or "CORE" not in lines[start]:
        return []
    names = re.split(r"[ ,]+", lines[start].replace("CACHE", ""))
    rows = (re.split(r"," if "," in line else r" +", line) for line in lines[start + 1 :])
    return [
        {name: cell.lower() for name, cell in zip(names, row, strict=False)}
        for row in rows
        if row[0].isdecimal() and len(row) >= min(len(names), 3)
    ]


def _cores(rows: list[Row]) -> dict[int, str] | None:
    """CPU → its core; None where core numbers come again in another cluster of another speed."""
    cores = {int(row["CPU"]): f"{row.get('SOCKET')}/{row.get('CORE')}" for row in rows}
    speeds = {(cores[int(row["CPU"])], row.get("MAXMHZ")) for row in rows}
    return cores if len(speeds) == len(set(cores.values())) else None


def _fast(rows: list[Row], cores: Mapping[int, str] | None) -> int | None:
    clocks = {int(row["CPU"]): row.get("MAXMHZ", "") for row in rows}
    if not all(re.fullmatch(r"\d{1,5}(\.\d+)?", clock) for clock in clocks.values()):
        return None
    grades = {number: int(float(clock)) for number, clock in clocks.items()}
    fast = topology.fastest(grades) if len(set(grades.values())) > 1 else ()
    named = {cores[number] if cores else str(number) for number in fast}
    return len(named) if fast and len(fast) < len(grades) else None
