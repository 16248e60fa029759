"""Predictions beside speeds that people published; each row of the list names where."""

import csv
import re
import statistics
from pathlib import Path

from localai_setup.fit.speed import LAYER_MS, REFERENCE_LAYERS, Chip, Cores, _chip_seconds, cpu_gbps
from localai_setup.fit.speed import family as family_of

PUBLISHED = Path(__file__).parent / "measured" / "published_speeds.csv"
GIB = 2**30
#: compute capability by the start of a card's name
CAPABILITIES = {
    "RTX 30": "8.6", "RTX 40": "8.9", "RTX 50": "12.0", "RTX PRO": "12.0", "RTX 6000 Ada": "8.9",
    "RTX A": "8.6", "A40": "8.6", "L40": "8.9", "A30": "8.0", "Tesla K80": "3.7",
}  # fmt: skip
SERVER_THREADS = 24


def vendor(name, backend):
    if backend == "Metal":
        return "apple"
    if "Arc" in name:
        return "intel"
    return "amd" if re.search("RX|Radeon|Instinct", name) else "nvidia"


def predicted(row):
    """Family and tokens per second: the whole file is read once for a token."""
    name, backend, size = row["chip"], row["backend"], float(row["model_GiB"]) * GIB
    bandwidth = float(row["bandwidth_GBps"])
    if backend == "CPU":
        told = re.search(r"(\d+)(?:c|t)\b", name)
        _, gbps, _ = cpu_gbps(
            Cores(int(told[1]) if told else SERVER_THREADS, "x86-64-v3", bandwidth)
        )
        return "cpu", 1 / (size / 1e9 / gbps + REFERENCE_LAYERS * LAYER_MS[1] / 1e3)
    capability = next((cc for start, cc in CAPABILITIES.items() if name.startswith(start)), None)
    kind = family_of(vendor(name, backend), backend.lower(), name, capability)
    return kind, 1 / _chip_seconds(Chip(name, kind, bandwidth), size, REFERENCE_LAYERS)


def comparisons():
    """Family, chip, model and predicted over published, for every row."""
    with PUBLISHED.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            kind, tps = predicted(row)
            yield kind, row["chip"], row["model"], tps / float(row["tg128"])


def test_published_speeds_are_near_the_predicted():
    errors = sorted(abs(ratio - 1) for *_, ratio in comparisons())
    assert len(errors) > 60
    assert statistics.median(errors) < 0.10
    assert errors[int(0.9 * len(errors))] < 0.25
