"""Prints the fault table: `python -m tests.fault_table [--times N] [--only WORDS] [--real]`.

Ends in 1 where a fault was not survived. A fault is survived where the same command again ends in the
verified file (with `--real`: in an answer of the real engine), no wrong byte ever had the final name,
every run ended in words, and nothing that was there already was fetched again.
"""

import argparse
import sys
import time

from .faults import FAULTS
from .setups import QUICK
from .trial import trial
from .complete_set_ups import FAULTS as REAL

TIMES = 20


def _download(fault):
    def outcome(seed):
        with trial(seed) as one:
            fault(one)
            return one.outcome

    return outcome


DOWNLOADS = {name: (_download(fault), by_chance) for name, (fault, by_chance) in FAULTS.items()}


def tried(name, times):
    """The outcomes of so many tries of one fault, each with a seed of its own."""
    fault, by_chance = {**DOWNLOADS, **QUICK, **REAL}[name]
    return [fault(f"{name} {number}") for number in range(times if by_chance else 1)]


def row(name, found):
    survived = sum(not one.wrong for one in found)
    twice = max(one.twice for one in found) / 1e6
    runs = max(one.runs for one in found)
    return f"| {name} | {len(found)} | {survived} | {runs} | {twice:.2f} |"


def main():
    parser = argparse.ArgumentParser(prog="python -m tests.fault_table")
    parser.add_argument("--times", type=int, default=TIMES, help="tries where chance has a part")
    parser.add_argument("--only", default="", help="faults with these words in their name")
    parser.add_argument("--real", action="store_true", help="the real engine too; takes long")
    chosen = parser.parse_args()
    faults = {**DOWNLOADS, **QUICK, **(REAL if chosen.real else {})}
    began, all_well = time.monotonic(), True
    print("| fault | tried | survived | most runs | most bytes twice, MB |\n|---|---|---|---|---|")
    for name in (one for one in faults if chosen.only in one):
        found = tried(name, chosen.times)
        print(row(name, found), flush=True)
        for words in (words for one in found for words in one.wrong):
            all_well = False
            print(f"  {name}: {words}", file=sys.stderr)
    print(f"\n{time.monotonic() - began:.0f} s; each download has 8 MiB", file=sys.stderr)
    return 0 if all_well else 1


if __name__ == "__main__":
    sys.exit(main())
