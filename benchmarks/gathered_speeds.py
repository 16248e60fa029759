"""Predicted over measured of the rows gathered last, kind by kind: python benchmarks/gathered_speeds.py

With `--held` of those that were held back by lot. Look at those once before a change and once after it.
"""

import statistics
import sys
from collections import defaultdict
from itertools import chain
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.gathered_rows import LOTS, NEAR, compared


def main():
    held = "--held" in sys.argv
    tables = {table: compared(table, held_back=held) for table in LOTS}
    kinds = defaultdict(list)
    for one in chain.from_iterable(tables.values()):
        kinds[one.kind].append(one)
    for kind, rows in sorted(kinds.items()):
        ratios = [one.middle / one.measured for one in rows]
        print(f"{kind:18} {words(rows)}, predicted over measured {statistics.median(ratios):.2f}")
    for table, rows in tables.items():
        print(f"{table}, {'held back' if held else 'looked at'}: {words(rows)}")


def words(rows):
    near = sum(one.error <= NEAR for one in rows)
    inside = sum(one.inside for one in rows)
    errors = sorted(one.error for one in rows)
    return (
        f"{len(rows):3} rows: median error {statistics.median(errors):6.1%}, "
        f"nine in ten {errors[int(0.9 * (len(rows) - 1))]:6.1%}, "
        f"{near / len(rows):6.1%} within 25 %, {inside:3} in the range shown"
    )


main()
