"""The families' constants and what chips take beside them, fitted on the rows that were not held back:

    python benchmarks/fitted_speeds.py

Prints each constant as it is and as fitted (before rounding), and what rows that a fit has not seen can expect:
tenths of the rows left out in turn, and twentieths of the owners. A constant is drawn to what it was, a chip
to its family, as far as the deviations below say; one row strays by SCATTER, and what is off by more than
ROBUST weighs less. No row held back is read.
"""

import csv
import random
import sys
from collections import Counter
from pathlib import Path

import numpy

sys.path.insert(0, str(Path(__file__).parents[1]))

from localai_setup.fit.families import FAMILIES, REFERENCE_LAYERS
from localai_setup.fit.speed import GEMMA_COST, LATENT_COST, SHORT
from tests.gathered_rows import LOTS, compared, kind_of
from tests.test_published_speeds import LATER, LATENT, community, newest_rows, packed_as

NAMES = list(FAMILIES)
KINDS = list(FAMILIES.values())
#: of the natural logarithm: a family's share, its other constants, a chip
SHARE, OTHER, CHIP = 0.1, 0.2, 0.05
SCATTER, ROBUST, STEP = 0.07, 0.05, 1e-4
#: a chip of fewer rows is as its family; rounds of the fit
LEAST_ROWS, ROUNDS = 3, 25
SEED = 1


def main():
    rows = open_rows()
    fit = Fit(rows)
    fitted = fit.solved(numpy.ones(len(rows), dtype=bool))
    print_constants(fit, fitted)
    owners = [row["source"] for row in rows]
    print(f"on these {len(rows)} rows: {words(fit.log_error(fitted))}")
    print(f"rows left out: {words(left_out(fit, range(len(rows)), 10))}")
    print(f"owners left out: {words(left_out(fit, owners, 20))}")


def open_rows():
    """Of graphics chips; processors are no family."""
    rows = [one.row for table in LOTS for one in compared(table, held_back=False)]
    rows += [row for row, held in community() if not held]
    rows += newest_rows(held_back=False)
    with LATER.open(encoding="utf-8") as file:
        rows += csv.DictReader(file)
    return [row for row in rows if row["backend"] != "CPU"]


class Fit:
    """The rows as columns, and the constants as logarithms in one list: of each family its share, fixed cost
    of a layer, recurrent and experts' cost; Gemma's and latent attention's; of each chip its times.
    """

    def __init__(self, rows):
        kinds = [kind_of(row) for row in rows]
        self.kind = numpy.array([NAMES.index(one) for one in kinds])
        self.chips, self.chip = numpy.unique(
            [f"{kind}, {row['chip']}" for kind, row in zip(kinds, rows, strict=True)],
            return_inverse=True,
        )
        self.bytes = numpy.array(
            [
                float(row["read_GB"]) * FAMILIES[kind].times(packed_as(row)) / float(row["bandwidth_GBps"])
                for kind, row in zip(kinds, rows, strict=True)
            ]
        )  # fmt: skip
        self.layers = numpy.array([layers(row) for row in rows]).T
        self.measured = -numpy.log([float(row["tg"]) for row in rows])
        self.start = self._start()
        self.strays = self._strays()

    def _start(self):
        families = [
            [one.share for one in KINDS],
            [one.fixed_ms / 1e3 / REFERENCE_LAYERS for one in KINDS],
            [one.recurrent for one in KINDS],
            [one.experts for one in KINDS],
        ]
        known = numpy.log(numpy.concatenate([*families, [GEMMA_COST, LATENT_COST]]))
        return numpy.concatenate([known, numpy.zeros(len(self.chips))])

    def _strays(self):
        count = Counter(self.chip)
        chips = [CHIP if count[at] >= LEAST_ROWS else 1e-6 for at in range(len(self.chips))]
        return numpy.array([SHARE] * len(KINDS) + [OTHER] * (3 * len(KINDS) + 2) + chips)

    def log_error(self, constants):
        """Of the seconds for a token: predicted over measured, as a logarithm."""
        count = 4 * len(KINDS)
        share, fixed, recurrent, experts = numpy.exp(constants[:count]).reshape(4, -1)[:, self.kind]
        gemma, latent = numpy.exp(constants[count : count + 2])
        plain, recurring, mixing, of_gemma, of_latent = self.layers
        cost = plain * (1 + gemma * of_gemma + latent * of_latent)
        cost = cost + recurrent * recurring + experts * mixing
        seconds = numpy.log(self.bytes / share + fixed * cost)
        return seconds + constants[count + 2 :][self.chip] - self.measured

    def solved(self, used):
        """The constants with the least error on the rows that are used (a mask)."""
        found = self.start.copy()
        for _ in range(ROUNDS):
            error = self.log_error(found)[used]
            weight = 1 / numpy.maximum(1, numpy.abs(error) / ROBUST) / SCATTER**2
            slopes = self._slopes(found, used)
            left = (slopes.T * weight) @ slopes + numpy.diag(self.strays**-2)
            right = (slopes.T * weight) @ error + (found - self.start) / self.strays**2
            found = found - numpy.linalg.solve(left, right)
        return found

    def _slopes(self, constants, used):
        here = self.log_error(constants)
        moved = constants + STEP * numpy.eye(len(constants))
        return numpy.array([(self.log_error(one) - here)[used] / STEP for one in moved]).T


def layers(row):
    """All, recurrent, with experts; whether it is a Gemma, and whether its attention is latent."""
    model = row["model"].lower()
    recurrent = 0.0 if model.startswith(SHORT) else float(row["recurrent"])
    of = (float(row[one]) for one in ("experts", "gemma"))
    return float(row["layers"]), recurrent, *of, float(model.startswith(LATENT))


def left_out(fit, groups, count):
    """The errors of rows whose part of the groups, one of `count` drawn by lot, was not in the fit."""
    names = sorted(set(groups))
    random.Random(SEED).shuffle(names)
    part = numpy.array([names.index(one) % count for one in groups])
    error = numpy.empty(len(part))
    for at in range(count):
        error[part == at] = fit.log_error(fit.solved(part != at))[part == at]
    return error


def print_constants(fit, constants):
    count = 4 * len(KINDS)
    values = numpy.exp(constants)
    for at, (name, kind) in enumerate(FAMILIES.items()):
        share, fixed, recurrent, experts = values[at : count : len(KINDS)]
        print(
            f"{name:24} share {kind.share:.2f} {share:.2f}, ms {kind.fixed_ms:.2f} "
            f"{fixed * 1e3 * REFERENCE_LAYERS:.2f}, recurrent {kind.recurrent:.2f} {recurrent:.2f}, "
            f"experts {kind.experts:.2f} {experts:.2f}"
        )
    gemma, latent = values[count : count + 2]
    print(f"Gemma {GEMMA_COST} {gemma:.2f}, latent {LATENT_COST} {latent:.2f}")
    for name, times in zip(fit.chips, values[count + 2 :], strict=True):
        if round(times, 2) != 1:
            print(f"{name:45} {times:.2f}")


def words(error):
    off = numpy.abs(numpy.exp(-error) - 1)
    return f"median error {numpy.median(off):.1%}, {numpy.mean(off <= 0.25):.1%} within 25 %"


main()
