"""How good a model's answers are, on the scale of one published index.

Figures of one index (a metric and its version, the group) are compared, never those of different ones.
The index that most models have is the scale. A model without a figure in it gets a guess: what its size
and age predict (the logarithm of the known figures fitted by a straight line over `stature`), moved by
how far it stands above or below its peers within another index, and then a share less, because a
figure is worth more than a guess.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import median

from ..model.recipe import ModelRecipe

#: one year of newer training is worth about as much as one doubling of the size
PER_YEAR = 1.0
FIRST_YEAR = 2024
#: what our own trials add, in doublings of the size
RECOMMENDED = 0.75
#: What is left of a guess, so that it does not pass what was measured.
GUESS_SHARE = 0.77
#: How far another index may move a guess (natural logarithm), and how many of it make an index.
MOST_MOVE, LEAST_PEERS = 0.4, 2
#: Used where fewer than three models have a figure: slope and start of the fitted line.
PLAIN_LINE = (0.36, 0.65)
LEAST_FIGURES = 3
#: Share of its quality that a model loses by quantization, for each unit of the mean Kullback-Leibler
#: divergence of the file's answers from those of the model itself.
LOSS_PER_KLD = 0.8
#: That divergence, measured of Llama 3 8B (llama.cpp, tools/perplexity/README.md; with an importance matrix
#: where there is one). `XL` was not measured and counts as the nearest that was and is not better. Larger
#: models lose less (Qwen3.5 27B in Q4_K_M 0.006, r/LocalLLaMA 1rk5qmr), so that for them this is a bound.
KLD = {"Q8_0": 0.0014, "Q8_K_XL": 0.0014, "Q6_K": 0.0055, "Q6_K_XL": 0.0055, "Q5_K_M": 0.0108,
       "Q5_K_XL": 0.0108, "Q5_K_S": 0.0166, "Q4_K_M": 0.0282, "Q4_K_XL": 0.0282, "Q4_K_S": 0.032,
       "IQ4_NL": 0.0357, "IQ4_XS": 0.0363, "Q4_1": 0.0717, "Q4_0": 0.0719, "Q3_K_L": 0.0731,
       "Q3_K_XL": 0.0731, "Q3_K_M": 0.0844, "IQ3_M": 0.1025, "IQ3_S": 0.1113, "IQ3_XXS": 0.1836,
       "Q3_K_S": 0.1998, "IQ2_M": 0.326, "Q2_K": 0.3322, "Q2_K_XL": 0.3322, "Q2_K_S": 0.4087,
       "IQ2_S": 0.4392, "IQ2_XS": 0.5463, "IQ2_XXS": 0.812}  # fmt: skip
#: of these nothing is lost: the model was trained in 4 bits, or nothing was rounded
LOSSLESS = frozenset({"F32", "F16", "BF16", "MXFP4"})
LOSS_UNKNOWN = 0.05


#: A metric and the version of it: figures of one index are comparable.
Index = tuple[str, str]


@dataclass(frozen=True)
class Scale:
    """The index that is the scale, the fitted line `ln(figure) = start + slope x stature`, and where
    the same line starts in other indexes.
    """

    index: Index
    slope: float
    start: float
    others: Mapping[Index, float]

    def of(self, model: ModelRecipe) -> float:
        """The model's own figure, or a guess on the same scale."""
        figures = _figures(model)
        if self.index in figures:
            return figures[self.index]
        rise = self.slope * stature(model)
        moves = [
            math.log(value) - self.others[index] - rise
            for index, value in figures.items()
            if index in self.others
        ]
        move = sum(moves) / len(moves) if moves else 0.0
        return GUESS_SHARE * math.exp(self.start + rise + max(-MOST_MOVE, min(MOST_MOVE, move)))

    def basis(self, model: ModelRecipe) -> str:
        """What the quality rests on, for a sentence."""
        for one in model.quality:
            if (one.metric, one.group) == self.index:
                return f"{one.metric}, {one.date}"
        return "estimated from its size and age"


def scale(models: Iterable[ModelRecipe]) -> Scale:
    """The index that most of the models have a figure in, and the line through those figures."""
    points: dict[Index, list[tuple[float, float]]] = {}
    for model in models:
        for index, value in _figures(model).items():
            points.setdefault(index, []).append((stature(model), math.log(value)))
    if not points:
        return Scale(("", ""), *PLAIN_LINE, {})
    chosen = max(points, key=lambda index: (len(points[index]), index))
    slope, start = _line(points[chosen]) if len(points[chosen]) >= LEAST_FIGURES else PLAIN_LINE
    others = {
        index: median(y - slope * x for x, y in found)
        for index, found in points.items()
        if index != chosen and len(found) >= LEAST_PEERS
    }
    return Scale(chosen, slope, start, others)


def loss(quantization: str, file: str) -> float:
    """The share of its quality that a model loses in this file (`qat`: it was trained for it)."""
    kind = quantization.removeprefix("UD-")
    if "qat" in file.lower() or kind in LOSSLESS:
        return 0.0
    return LOSS_PER_KLD * KLD[kind] if kind in KLD else LOSS_UNKNOWN


def stature(model: ModelRecipe) -> float:
    """Size (log2 of billions; an MoE counts as the mean of total and active) plus age in years."""
    shape = model.architecture
    active = shape.active_parameters or shape.total_parameters
    size = math.log2(math.sqrt(shape.total_parameters * active) / 1e9)
    month = model.released[5:7]
    year = int(model.released[:4] or FIRST_YEAR) + (int(month) - 1 if month.isdecimal() else 0) / 12
    return size + PER_YEAR * (year - FIRST_YEAR) + RECOMMENDED * model.recommended


def _figures(model: ModelRecipe) -> dict[Index, float]:
    return {
        (one.metric, one.group): one.value for one in model.quality if one.group and one.value > 0
    }


def _line(points: list[tuple[float, float]]) -> tuple[float, float]:
    """Least squares; slope and start. A line that falls is none: the plain one is taken."""
    count = len(points)
    mean_x, mean_y = sum(x for x, _ in points) / count, sum(y for _, y in points) / count
    wide = sum((x - mean_x) ** 2 for x, _ in points)
    slope = sum((x - mean_x) * (y - mean_y) for x, y in points) / wide if wide else 0.0
    return (slope, mean_y - slope * mean_x) if slope > 0 else PLAIN_LINE
