"""The trainer's program as far as it needs no PyTorch, and what is made of the lines that it prints."""

import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from localai_setup.commands import _training
from localai_setup.commands._training import Trial
from localai_setup.machine.tuning.trainer import Event
from localai_setup.trainers import _lora

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
    assert [len(one["tokens"]) for one in _lora.typical(rows, batch)] == tried


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
    assert second.detail == "step 33 of 50, loss 0.40, about 3 min left"


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
from localai_setup.trainers import _lora
_lora.end_with_parent()
print(os.getpid(), flush=True)
time.sleep(60)
"""


def test_a_trainer_ends_where_the_program_that_started_it_was_killed(tmp_path):
    (tmp_path / "child.py").write_text(CHILD)
    argv = [sys.executable, "-c", PARENT, str(tmp_path)]
    root = Path(_lora.__file__).parents[2]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True, cwd=root) as parent:
        child = psutil.Process(int(parent.stdout.readline()))
        parent.kill()
    child.wait(30)
