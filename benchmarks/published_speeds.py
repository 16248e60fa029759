"""Predicted over published speeds, family by family: python benchmarks/published_speeds.py

The families' constants were fitted on these very rows. So each chip is also left out in turn, its
family fitted again on the others, and the chip predicted from that: what an unseen chip can expect.
Of the rows that people measured a third was drawn by lot before anything was fitted, and is told apart;
which terms there are (recurrent layers, experts, Gemma's norms) was seen on all of them.
"""

import csv
import statistics
import sys
from collections import defaultdict
from pathlib import Path

import numpy

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.test_published_speeds import (
    GIB,
    PUBLISHED,
    comparisons,
    newest,
    predicted,
    ratios,
)

SHARES, FIXED_MS = numpy.arange(0.15, 1.0, 0.01)[:, None], numpy.arange(0, 8.01, 0.1)[None, :]
#: a family of fewer other chips can't be fitted
LEAST_CHIPS = 2


def main():
    families = defaultdict(list)
    for kind, chip, model, ratio in comparisons():
        families[kind].append(ratio)
        print(f"{kind:16} {chip:34} {model:20} {ratio:5.2f}")
    for kind, ratios in sorted(families.items()):
        print(
            f"{kind:16} {len(ratios):3} rows: median {statistics.median(ratios):.2f}, "
            f"from {min(ratios):.2f} to {max(ratios):.2f}"
        )
    for held_back in (False, True):
        measured_by_people(held_back)
    for held_back in (False, True):
        gathered_last(held_back)
    errors = sorted(left_out())
    print(
        f"each chip left out: {len(errors)} rows, median error {statistics.median(errors):.1%}, "
        f"90 % below {errors[int(0.9 * len(errors))]:.1%}"
    )


def measured_by_people(held_back):
    found = list(ratios(held_back=held_back))
    errors = sorted(abs(ratio - 1) for _, ratio in found)
    what = "held back by lot" if held_back else "fitted on"
    print(
        f"measured by people, {what}: {len(errors)} rows, median error {statistics.median(errors):.1%}, "
        f"90 % below {errors[int(0.9 * len(errors))]:.1%}, "
        f"{sum(one <= 0.25 for one in errors) / len(errors):.1%} within 25 %"
    )


def gathered_last(held_back):
    errors = sorted(abs(ratio - 1) for ratio in newest(held_back=held_back))
    print(
        f"gathered last, half {1 + held_back}: {len(errors)} rows, median error "
        f"{statistics.median(errors):.1%}, {sum(one <= 0.25 for one in errors) / len(errors):.1%} within 25 %"
    )


def left_out():
    """The relative error of every row whose chip was not in the fit."""
    families = defaultdict(list)
    with PUBLISHED.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            seconds = float(row["model_GiB"]) * GIB / 1e9 / float(row["bandwidth_GBps"])
            families[predicted(row)[0]].append((row["chip"], seconds, float(row["tg128"])))
    del families["cpu"]
    for rows in families.values():
        for chip in {one for one, _, _ in rows}:
            others = [row for row in rows if row[0] != chip]
            if len({one for one, _, _ in others}) >= LEAST_CHIPS:
                share, fixed = fitted(others)
                yield from (
                    abs(1 / (s / share + fixed) / tps - 1) for c, s, tps in rows if c == chip
                )


def fitted(rows):
    """The share of the bandwidth and the fixed seconds with the least error."""
    loss = sum(
        abs(numpy.log(1 / (seconds / SHARES + FIXED_MS / 1e3) / tps)) for _, seconds, tps in rows
    )
    share, fixed = numpy.unravel_index(numpy.argmin(loss), loss.shape)
    return SHARES[share, 0], FIXED_MS[0, fixed] / 1e3


main()
