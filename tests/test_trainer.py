"""The trainer's program as far as it needs no PyTorch, and what is made of the lines that it prints."""

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from localai_setup.commands import _training
from localai_setup.commands._training import Trial
from localai_setup.commands._recipes import load_recipes
from localai_setup.machine.fetching import disk
from localai_setup.machine.keeping import folders
from localai_setup.machine.tuning.trainer import Event, Trainer
from localai_setup.model.errors import LocalaiError
from localai_setup.trainers import _adapter, _mlx, _telling

#: (lengths of the examples, size of a batch, the lengths that are tried)
TYPICAL = [
    ([5], 4, [5, 5, 5, 5]),
    (range(1, 101), 1, [51]),
    (range(100, 0, -1), 4, [21, 41, 61, 81]),
    ([10] * 9 + [1000], 2, [10, 10]),
]


@pytest.mark.quick
@pytest.mark.parametrize(("lengths", "batch", "tried"), TYPICAL)
def test_what_is_tried_is_as_long_as_what_is_drawn_by_lot(lengths, batch, tried):
    rows = [{"tokens": [0] * length} for length in lengths]
    assert [len(one["tokens"]) for one in _telling.typical(rows, batch)] == tried


LLAMA = {"architecture": "llama", "heads": 2, "kv_heads": 1}
#: (architecture, layer, whether its rows are in another order in the file)
ORDERS = [
    ("llama", "model.layers.0.self_attn.q_proj", True),
    ("llama", "model.layers.0.self_attn.k_proj", True),
    ("llama", "model.layers.0.self_attn.v_proj", False),
    ("qwen3", "model.layers.0.self_attn.q_proj", False),
]


@pytest.mark.quick
@pytest.mark.parametrize(("architecture", "layer", "moves"), ORDERS)
def test_rows_of_query_and_key_lie_in_pairs_and_come_back(architecture, layer, moves):
    np = pytest.importorskip("numpy")
    settings = {**LLAMA, "architecture": architecture}
    matrix = np.arange(8 * 3).reshape(8, 3)
    served = _adapter.as_served(matrix, layer, settings)
    heads = 2 if layer.endswith("q_proj") else 1
    half = 8 // heads // 2
    assert (served[1] == (matrix[half] if moves else matrix[1])).all()
    assert (_adapter.as_trained(served, layer, settings) == matrix).all()


#: (steps done, of, rate): it grows over 2 steps, and is half way down half way
RATES = [(0, 10, 0.0), (1, 10, 0.5), (2, 10, 1.0), (6, 10, 0.5), (10, 10, 0.0)]


@pytest.mark.quick
@pytest.mark.parametrize(("done", "steps", "rate"), RATES)
def test_the_rate_grows_and_falls_as_a_cosine(done, steps, rate):
    settings = {"learning_rate": 1.0, "warmup_steps": 2}
    assert _mlx.rate(done, steps, settings) == pytest.approx(rate)


@pytest.mark.quick
def test_every_example_is_met_once_in_each_epoch_and_always_in_the_same_order():
    settings = {"seed": 1, "batch": 2, "accumulation": 3, "epochs": 2, "examples": [*range(11)]}
    steps = list(_mlx.batches_of(settings))
    met = [one for batches in steps for rows in batches for one in rows]
    assert len(steps) == 4
    assert sorted(met[:11]) == sorted(met[11:]) == [*range(11)]
    assert met[:11] != met[11:]
    assert steps == list(_mlx.batches_of(settings))


@pytest.mark.quick
def test_trials_are_told_with_what_comes_before_the_first_step(monkeypatch):
    clock = iter([100.0, 107.5])
    monkeypatch.setattr(_training.time, "monotonic", lambda: next(clock))
    events = [
        Event("loading"),
        Event("loaded", cpu_seconds=6.0),
        Event("trial", threads=1, seconds_per_step=2.0, step_cpu_seconds=1.5, peak_mib=900.0),
        Event("trial", threads=2, seconds_per_step=1.0, step_cpu_seconds=1.8, peak_mib=950.0),
    ]
    assert list(_training._trials(events)) == [
        Trial(1, 2.0, 900.0, 7.5, 1.5, 6.0),
        Trial(2, 1.0, 950.0, 7.5, 1.8, 6.0),
    ]


@pytest.mark.quick
def test_the_time_left_of_a_training_that_goes_on_is_that_of_its_own_steps():
    pace = _training._Pace()
    first = pace.progress(Event("step", step=31, of=50, loss=0.5), 1000.0)
    second = pace.progress(Event("step", step=33, of=50, loss=0.4), 1020.0)
    assert first.detail == "step 31 of 50, loss 0.50"
    assert second.detail == "step 33 of 50, about 3 min left, loss 0.40"


PARENT = """
import sys
from pathlib import Path
from localai_setup.machine.running.lines import Program
folder = Path(sys.argv[1])
for line in Program([sys.executable, str(folder / "child.py")], folder / "log", folder, {}).lines():
    print(line.decode().strip(), flush=True)
"""
CHILD = """
import os, sys, time
from localai_setup.trainers import _adapter, _mlx, _telling
_telling.end_with_parent()
import numpy
print(os.getpid(), flush=True)
time.sleep(60)
"""


def test_a_trainer_ends_where_the_program_that_started_it_was_killed(tmp_path):
    (tmp_path / "child.py").write_text(CHILD)
    argv = [sys.executable, "-c", PARENT, str(tmp_path)]
    root = Path(_telling.__file__).parents[2]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True, cwd=root) as parent:
        child = psutil.Process(int(parent.stdout.readline()))
        parent.kill()
    child.wait(30)


def test_on_windows_the_standard_input_is_looked_at_and_never_read(monkeypatch):
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(_telling, "LOOK_SECONDS", 0.0)
    monkeypatch.setattr(_telling.os, "read", lambda *_: pytest.fail("it was read"))
    there = iter([True, True, False])
    monkeypatch.setattr(_telling, "has_other_end", lambda: next(there))
    _telling.wait_for_end()
    assert not list(there)


#: bytes that are free beside what the system keeps → whether the trainer is fetched
ROOMS = [(9_000_000_000, False), (9_400_000_000, True)]


@pytest.mark.quick
@pytest.mark.parametrize(("free", "is_fetched"), ROOMS)
def test_nothing_is_fetched_where_the_disk_has_no_room_for_it_all(
    free, is_fetched, tmp_path, monkeypatch
):
    built = []
    environments = SimpleNamespace(
        folder=lambda name: tmp_path / "trainers" / name,
        has_engine=lambda *_: False,
        build=lambda name, *_: built.append(name),
    )
    monkeypatch.setattr(folders, "folder", lambda name: tmp_path / name)
    monkeypatch.setattr(Trainer, "system", "Linux")
    usage = SimpleNamespace(free=free + disk.SPARE_BYTES)
    monkeypatch.setattr(disk.shutil, "disk_usage", lambda _: usage)
    trainer = Trainer(load_recipes().tuning["lora"], environments)
    if is_fetched:
        trainer.install(lambda _: None)
    else:
        with pytest.raises(LocalaiError, match=r"are needed"):
            trainer.install(lambda _: None)
    assert built == ["transformers-lora"] * is_fetched
