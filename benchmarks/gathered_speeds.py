"""Predicted over measured of the rows gathered last, kind by kind: python benchmarks/gathered_speeds.py

With `--held` of those that were held back by lot. Look at those once before a change and once after it.
"""

import statistics
import sys
from collections import defaultdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.gathered_rows import NEAR, compared


def main():
    held = "--held" in sys.argv
    found, kinds = compared(held_back=held), defaultdict(list)
    for one in found:
        kinds[one.kind].append(one)
    for kind, rows in sorted(kinds.items()):
        ratios = [one.middle / one.measured for one in rows]
        print(f"{kind:18} {words(rows)}, predicted over measured {statistics.median(ratios):.2f}")
    print(f"{'held back' if held else 'looked at':18} {words(found)}")


def words(rows):
    near = sum(one.error <= NEAR for one in rows)
    inside = sum(one.inside for one in rows)
    median = statistics.median(one.error for one in rows)
    return (
        f"{len(rows):3} rows: median error {median:6.1%}, {near / len(rows):6.1%} within 25 %, "
        f"{inside:3} in the range shown"
    )


main()
