"""The speeds that were gathered last, which of them are held back, and what is predicted for each.

`gathered`: 140 rows of 45 chips from public tables (2025 and 2026, but one of May 2024). `further`: 211 rows
of 40 chips (a few of 2024), those first that were predicted worst. `wider`: 209 rows of 41 chips (2024 to
2026), generations first of which few rows were there; a table rounded to whole numbers gives those of 15 and
more, and an architecture's first builds are left out. Each row names its source; where a
table came without its address, what stands in it. A row is held back where the first eight hex
digits of the SHA-256 of the table's lot and its chip, backend, model, quantization and engine are a number
that 3 divides: that was written down before a table's rows were compared, though tables had been seen in
searches, and no constant was fitted on a row held back. `read_GB` is what is read for a token: the file
without the table of tokens (unless the output is that table), of a mixture what one token passes through, and
twice the state of recurrent layers; never the cache, of which runs of 128 tokens have next to none.
`cards` of `further` tells how many share the layers: their seconds add up, so two equal ones are as fast as
one (for two that differ, the bandwidth is that of half the layers on each).
"""

from __future__ import annotations

import csv
import hashlib
from dataclasses import dataclass
from pathlib import Path

from localai_setup.fit.families import FAMILIES, family
from localai_setup.fit.speed import LAYER_MS, Chip, Cores, _chip_seconds, cpu_gbps

from .test_published_speeds import layer_cost, packed_as, vendor

#: table → the lot by which its rows were held back
LOTS = {"gathered": 61, "further": 16, "wider": 30}
MEASURED = Path(__file__).parent / "measured"
#: share of the measured speed
NEAR = 0.25


@dataclass(frozen=True)
class Compared:
    """Tokens per second: measured, predicted, and the range that is shown."""

    row: dict[str, str]
    kind: str
    measured: float
    low: float
    middle: float
    high: float

    @property
    def error(self) -> float:
        return abs(self.middle / self.measured - 1)

    @property
    def inside(self) -> bool:
        return self.low <= self.measured <= self.high


def is_held(row: dict[str, str], lot: int) -> bool:
    stated = (row[one] for one in ("chip", "backend", "model", "quantization", "engine"))
    key = "|".join([str(lot), *stated])
    return int(hashlib.sha256(key.encode()).hexdigest()[:8], 16) % 3 == 0


def compared(table: str, *, held_back: bool) -> list[Compared]:
    with (MEASURED / f"{table}_speeds.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return [_compare(row) for row in rows if is_held(row, LOTS[table]) is held_back]


def _compare(row: dict[str, str]) -> Compared:
    found = _on_cores(row) if row["backend"] == "CPU" else _on_chip(row)
    return Compared(row, found[0], float(row["tg"]), *found[1:])


def _on_cores(row: dict[str, str]) -> tuple[str, float, float, float]:
    cores = Cores(int(row["threads"]), row["level"], float(row["bandwidth_GBps"]))
    packed = packed_as(row)
    low, middle, high = (
        1 / (float(row["read_GB"]) / gbps + float(row["layers"]) * ms / 1e3)
        for gbps, ms in zip(cpu_gbps(cores, packed), LAYER_MS, strict=True)
    )
    return "cpu-arm" if row["level"] == "arm" else "cpu", low, middle, high


def _on_chip(row: dict[str, str]) -> tuple[str, float, float, float]:
    kind = kind_of(row)
    chip = Chip(row["chip"], kind, float(row["bandwidth_GBps"]))
    size = float(row["read_GB"]) * 1e9
    seconds = _chip_seconds(chip, size, layer_cost(row, kind), packed_as(row))
    spread = FAMILIES[kind].spread
    return kind, 1 / (seconds * (1 + spread)), 1 / seconds, 1 / (seconds * (1 - spread))


def kind_of(row: dict[str, str]) -> str:
    """The family of a row's chip."""
    name, backend = row["chip"], row["backend"]
    maker, target, system = vendor(name, backend), row["target"] or None, row.get("system", "")
    return family(maker, backend.lower(), name, target, system)
