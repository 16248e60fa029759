"""Predicted over published speeds, family by family: python benchmarks/published_speeds.py"""

import statistics
import sys
from collections import defaultdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.test_published_speeds import comparisons

families = defaultdict(list)
for kind, chip, model, ratio in comparisons():
    families[kind].append(ratio)
    print(f"{kind:14} {chip:34} {model:20} {ratio:5.2f}")
for kind, ratios in sorted(families.items()):
    print(
        f"{kind:14} {len(ratios):3} rows: median {statistics.median(ratios):.2f}, "
        f"from {min(ratios):.2f} to {max(ratios):.2f}"
    )
