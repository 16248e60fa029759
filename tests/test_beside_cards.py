"""Mixtures whose experts lie partly in main memory beside a card, beside what people measured of them."""

import csv
from pathlib import Path

import pytest

from localai_setup.fit.families import family
from localai_setup.fit.from_facts import shape_from_facts
from localai_setup.fit.speed import Chip, Cores, speed
from localai_setup.machine.keeping import recipe_files
from localai_setup.model.settings import ServerSettings
from localai_setup.recipes.loading import load_all

RECIPES = load_all(recipe_files.texts())
ROWS = Path(__file__).parent / "measured" / "beside_cards.csv"
#: Cards before Volta wait longer for what lies beside them: predicted 1.4 to 1.7 times too fast.
OLD = ("6.1",)
#: as wide as a range may be where the card and the memory are known
WIDEST = 1.6


def rows():
    with ROWS.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def predicted(row):
    model = RECIPES.models[row["model"]]
    file = next(one for one in model.weights if one.quantization == row["quantization"])
    shape = shape_from_facts(model.architecture, file)
    settings = ServerSettings(
        8192,
        gpu_layers=len(shape.layers) + 1,
        cpu_expert_layers=int(row["cpu_expert_layers"]),
    )
    kind = family("nvidia", "cuda", row["card"], row["target"])
    cores = Cores(int(row["threads"]), row["level"], float(row["memory_GBps"]))
    return speed(shape, settings, cores, (Chip(row["card"], kind, float(row["bandwidth_GBps"])),))


@pytest.mark.parametrize("row", rows(), ids=lambda row: f"{row['card']} {row['cpu_expert_layers']}")
def test_experts_beside_a_card_write_as_fast_as_people_measured(row):
    found, measured = predicted(row), float(row["tg"])
    assert found.high / found.low <= WIDEST
    assert found.generate_tps == pytest.approx(measured, rel=0.7 if row["target"] in OLD else 0.15)
    assert row["target"] in OLD or found.low <= measured <= found.high
