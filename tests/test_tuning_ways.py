"""How a model would be trained on machines of every kind, replayed from recordings."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from localai_setup import survey
from localai_setup.commands import _teachable, _tuning_plan, _tuning_ways
from localai_setup.commands._recipes import load_recipes
from localai_setup.machine.asking.recorded import load
from localai_setup.machine.fetching import tool_homes
from localai_setup.machine.keeping import recipe_files
from localai_setup.machine.tuning.trainer import Trainer
from localai_setup.model.licence import Licence
from localai_setup.model.facts import Facts
from localai_setup.probes.host import Host
from localai_setup.probes.memory import Memory
from localai_setup.recipes import rules
from localai_setup.tuning import cost
from localai_setup.ui import tuneplan
from . import machines

RECIPES = load_recipes()
SMALL, ONE, THREE, EIGHT = "smollm2-135m", "minicpm5-1b", "llama-3.2-3b", "llama-3.1-8b"


def facts_of(name):
    return survey.facts(survey.read(load(machines.FOLDER / name / "recording.json")))


def changed(facts, fact):
    return Facts({**facts.by_type, type(fact): fact})


def way_of(model, facts, python=(3, 12)):
    """450 examples of up to 200 tokens."""
    recipe, architecture = RECIPES.tuning["lora"], RECIPES.models[model].architecture
    base = _teachable.base(recipe, architecture)
    work = _tuning_ways.Work(base, 450, 200, _teachable.number_bytes(facts))
    return _tuning_ways.first(work, facts, RECIPES.tuning, python)


#: machine, model → (recipe, on the card, bits of a value, examples at a time, computed twice)
WAYS = [
    ("desktop-2x-rtx-3090", EIGHT, ("lora", True, 16, 2, False)),
    ("laptop-rtx-3060-windows", SMALL, ("lora", True, 16, 4, False)),
    ("laptop-rtx-3060-windows", THREE, None),
    ("wsl2-rtx-4070", EIGHT, None),
    ("macbook-air-m2-16gb", SMALL, ("mlx", False, 16, 4, False)),
    ("macbook-pro-m4-max-64gb", EIGHT, ("mlx", False, 16, 2, False)),
    ("macbook-pro-2019-intel", SMALL, ("lora", False, 32, 4, False)),
    ("desktop-rx-7900-xtx", ONE, ("lora", False, 16, 2, False)),
    ("container-with-6gb-limit", SMALL, ("lora", False, 16, 4, False)),
    ("container-with-6gb-limit", ONE, ("lora", False, 16, 1, False)),
    ("container-with-6gb-limit", EIGHT, None),
    ("raspberry-pi-5-8gb", SMALL, ("lora", False, 32, 4, False)),
    ("raspberry-pi-5-8gb", ONE, None),
    ("failing-nvidia-smi-hangs", SMALL, ("lora", False, 32, 4, False)),
]  # fmt: skip


@pytest.mark.parametrize(("machine", "model", "expected"), WAYS)
def test_each_machine_trains_as_its_hardware_allows(machine, model, expected):
    way = way_of(model, facts_of(machine))
    if way is None:
        assert expected is None
        return
    recipe, run, needed, free = way
    assert (recipe.id, run.on_gpu, 8 * run.number_bytes, run.size.batch, run.recompute) == expected
    assert run.four_bits is (recipe.id == "qlora")
    assert needed <= free


#: (main memory that is free, the recipe): a model goes through it on its way to the card, and is too large
#: for 6 GB with 16 bits
ON_ITS_WAY = [(8_000, None), (12_000, "qlora"), (48_000, "qlora")]


@pytest.mark.parametrize(("free", "recipe"), ON_ITS_WAY)
def test_what_does_not_fit_a_card_with_16_bits_gets_4(free, recipe):
    facts = changed(facts_of("laptop-rtx-3060-windows"), Memory(available_mib=free))
    way = way_of(THREE, facts)
    assert (way and way[0].id) == recipe
    assert not way or (way[1].four_bits and way[1].on_gpu)


#: machine → what of main memory the model takes on its way to the card, in the plan's words
PASSING = [("desktop-2x-rtx-3090", "about 19.7 GB of main memory"), ("macbook-pro-m4-max-64gb", "")]


@pytest.mark.parametrize(("machine", "words"), PASSING)
def test_the_plan_states_the_main_memory_that_unpacking_takes(machine, words, capsys):
    planned = _tuning_plan.Planned(*way_of(EIGHT, facts_of(machine)))
    taught = _tuning_plan.ToBeTaught(EIGHT, Licence("llama", False, name="Llama"), 4, "support")
    trainer = Trainer(planned.recipe, SimpleNamespace(has_engine=lambda *_: True, folder=Path))
    tuneplan.plan(_tuning_plan.words(taught, trainer, planned))
    shown = " ".join(capsys.readouterr().out.split())
    assert words in shown
    assert ("main memory" in shown) is bool(words) is bool(planned.passing_mib)


def plan_shown(capsys, *, is_here=False, done_steps=0, left_seconds=None):
    """The plan of the smallest model, on one line."""
    planned = _tuning_plan.Planned(*way_of(SMALL, facts_of("desktop-2x-rtx-3090")))
    taught = _tuning_plan.ToBeTaught(
        SMALL, Licence("a", False, name="Apache"), 4, "support", done_steps, left_seconds
    )
    environments = SimpleNamespace(has_engine=lambda *_: is_here, folder=Path)
    tuneplan.plan(_tuning_plan.words(taught, Trainer(planned.recipe, environments), planned))
    return " ".join(capsys.readouterr().out.split()), planned.run.steps


#: whether pip has a cache → whether it is named; bytes that were measured on Linux at most and at the end
CACHES = [True, False]
MEASURED_MOST, MEASURED_END = 9.34e9, 5.95e9


@pytest.mark.parametrize("has_cache", CACHES)
def test_the_plan_tells_the_disk_that_fetching_takes_at_most(
    has_cache, tmp_path, monkeypatch, capsys
):
    cache = tmp_path / "pip"
    if has_cache:
        cache.mkdir()
    monkeypatch.setattr(tool_homes, "pip_cache", lambda: cache)
    monkeypatch.setattr(Trainer, "system", "Linux")
    shown, _ = plan_shown(capsys)
    assert "and up to 8.7 GB while it is unpacked." in shown
    assert ("pip keeps what it fetched in" in shown) is has_cache


def test_the_disk_at_most_is_near_what_was_measured():
    assert RECIPES.tuning["lora"].fetching_bytes("Linux") == pytest.approx(MEASURED_MOST, rel=0.02)
    assert RECIPES.tuning["lora"].installed_bytes["Linux"] == pytest.approx(MEASURED_END, rel=0.03)
    for recipe in RECIPES.tuning.values():
        for system, bytes_ in recipe.installed_bytes.items():
            assert recipe.fetching_bytes(system) > bytes_ + recipe.download_bytes[system]


def test_a_trainer_that_is_here_takes_no_more_disk(capsys):
    assert "while it is unpacked" not in plan_shown(capsys, is_here=True)[0]


#: (steps done before, seconds that are left) → what is told; all of them are 226
INTERRUPTED = [
    (0, None, ("Time: a trial of a few steps tells it",), "Done already"),
    (0, 90.0, ("Time: about 90 s for what is left",), "Done already"),
    (40, 60.0, ("Done already: 40 of the {} steps", "Time: about 60 s for what is left"), "a trial"),
    ("all", 5.0, ("Done already: all {} steps", "nothing is trained any more"), "goes on from there"),
]  # fmt: skip


@pytest.mark.parametrize(("done", "left", "expected", "absent"), INTERRUPTED)
def test_the_plan_tells_which_steps_are_done(done, left, expected, absent, capsys):
    steps = plan_shown(capsys)[1]
    done = steps if done == "all" else done
    shown, _ = plan_shown(capsys, is_here=True, done_steps=done, left_seconds=left)
    for words in expected:
        assert words.format(steps) in shown
    assert absent not in shown


#: (Python, macOS, translated, the recipe)
MACS = [
    ((3, 11), "14.0", False, "mlx"),
    ((3, 10), "15.6.1", False, "lora"),
    ((3, 14), "13.7", False, "lora"),
    ((3, 14), "26.1", True, "lora"),
]


@pytest.mark.parametrize(("python", "version", "translated", "recipe"), MACS)
def test_mlx_needs_a_new_python_a_new_system_and_the_chip_itself(
    python, version, translated, recipe
):
    facts = facts_of("macbook-air-m2-16gb")
    host = replace(facts.get(Host), version=version, translated=translated)
    assert way_of(SMALL, changed(facts, host), python)[0].id == recipe


@pytest.mark.quick
def test_four_bits_save_three_quarters_of_the_layers():
    size = RECIPES.tuning["qlora"].size_for(8_030_261_248)
    base = _teachable.base(RECIPES.tuning["lora"], RECIPES.models[EIGHT].architecture)
    half = cost.Run(base, size, 100, 200, cost.HALF_BYTES, on_gpu=True)
    four = replace(half, four_bits=True)
    embedded = 2 * base.vocabulary * base.hidden
    saved = (base.values - embedded) * (2 - 4.5 / 8) / 1024**2
    assert cost.memory_mib(half) - cost.memory_mib(four) == pytest.approx(saved)


@pytest.mark.quick
def test_every_package_of_every_trainer_is_pinned_by_hash():
    for recipe in RECIPES.tuning.values():
        for name in recipe.pins:
            text = (recipe_files.shipped_folder() / "tuning" / f"{name}.txt").read_text("utf-8")
            for block in text.replace("\\\n", " ").splitlines():
                assert "==" in block.split()[0], block
                assert "--hash=sha256:" in block, block


@pytest.mark.quick
@pytest.mark.parametrize(
    ("field", "value"), [("trainer", "x"), ("program", "_merge"), ("pins", ()), ("pins", ("x",))]
)
def test_a_recipe_names_only_what_is_there(field, value):
    with pytest.raises(ValueError, match=field):
        rules.check_tuning(replace(RECIPES.tuning["lora"], **{field: value}))
