"""What was measured here moves what is predicted for later plans."""

import dataclasses

import pytest

from localai_setup.machine.keeping import recipe_files
from localai_setup.match import Wish, match
from localai_setup.model.facts import Facts
from localai_setup.model.measurement import Measurement, SpeedPoint
from localai_setup.probes.cpu import Cpu
from localai_setup.probes.measurements import Measurements
from localai_setup.probes.memory import Memory
from localai_setup.recipes.loading import load_all

RECIPES = load_all(recipe_files.texts())


def chosen(*runs, model="qwen3.5-4b"):
    cpu = Cpu(arch="x86_64", physical_cores=8, level="x86-64-v3")
    facts = {Memory: Memory(32768, 32000, None, 0), Cpu: cpu, Measurements: Measurements(runs)}
    # the same file at any speed
    wish = Wish("chat", model, quantization="Q4_K_M" if model == "qwen3.5-9b" else "")
    return match(Facts(facts), RECIPES, wish).choice


def run(choice, tps, at="2026-11-20T10:00:00Z", **changed):
    measured = Measurement(
        choice.model, choice.weights.sha256, choice.build, choice.settings.context,
        choice.settings.gpu_layers, at, (SpeedPoint(32, 100.0, tps),),
    )  # fmt: skip
    return dataclasses.replace(measured, **changed)


def test_the_same_model_has_the_measured_speed():
    speed = chosen(run(chosen(), 21.0)).speed
    assert speed.generate_tps == 21.0
    assert (speed.low, speed.high) == (pytest.approx(18.9), pytest.approx(23.1))
    assert speed.basis == "measured here on 2026-11-20"


def test_a_model_like_it_is_moved_by_the_same_factor():
    plain, like = chosen(model="qwen3.5-9b").speed, chosen()
    measured = run(like, 2 * like.speed.generate_tps)
    speed = chosen(measured, model="qwen3.5-9b").speed
    assert speed.generate_tps == pytest.approx(2 * plain.generate_tps)
    assert "corrected by what qwen3.5-4b did here" in speed.basis


def test_a_correction_does_not_wear_off_when_plans_are_made_from_it():
    first = chosen()
    once = chosen(run(first, 21.0, predicted_tps=first.speed.generate_tps), model="qwen3.5-9b")
    again = chosen(run(first, 21.0, predicted_tps=21.0), model="qwen3.5-9b")
    assert once.speed == again.speed


def test_the_newest_run_counts():
    old, new = run(chosen(), 10.0), run(chosen(), 12.0, at="2026-11-23T10:00:00Z", context=4096)
    plain = chosen(model="qwen3.5-9b").speed.generate_tps
    base = chosen().speed.generate_tps
    speed = chosen(old, new, model="qwen3.5-9b").speed.generate_tps
    assert speed == pytest.approx(plain * 12.0 / base, rel=0.05)


@pytest.mark.parametrize(
    "changed",
    [
        {"busy_share": 0.6},
        {"build": "another build"},
        {"gpu_layers": 20},
        {"points": ()},
        {"model_sha256": "0" * 64},
        {"points": (SpeedPoint(32, 1.0, 0.01),)},
    ],
)
def test_what_tells_nothing_of_this_machine_changes_nothing(changed):
    measured = run(chosen(), 21.0, **changed)
    assert chosen(measured, model="qwen3.5-9b") == chosen(model="qwen3.5-9b")


def test_the_tiny_model_tells_nothing_of_a_large_one():
    tiny = run(chosen(model="smollm2-135m"), 60.0)
    assert chosen(tiny) == chosen()
