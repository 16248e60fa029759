"""Time and memory of a training as they are predicted, beside what the training then took.

    python benchmarks/tuning.py

Needs a set-up of the starter (`localai init --for starter`) and the trainer, which it installs where it is not
there (some gigabytes). Three settings, each a trial of a few steps and then a whole short training, with one
thread. Time is compared in seconds of the processor, which other work on the machine changes little, and shown
by the clock as well. Exit code 1 where a prediction is off by more than it may be.
"""

from __future__ import annotations

import os
import random
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import cast

from localai_setup.commands._recipes import load_recipes
from localai_setup.commands._setup import saved
from localai_setup.commands._taught import Taught
from localai_setup.commands._training import Training
from localai_setup.machine.keeping import patience
from localai_setup.machine.keeping.gguf_file import read_header
from localai_setup.machine.tuning import adapters
from localai_setup.machine.tuning.tokens import Row
from localai_setup.machine.tuning.trainer import Trainer
from localai_setup.machine.workbench import Workbench
from localai_setup.model.tuning import TuningSize
from localai_setup.tuning import cost
from localai_setup.tuning.base import base_of

#: How far off a prediction may be.
TIME, MEMORY = 0.30, 0.15
NAME = "benchmark-of-tuning"


@dataclass(frozen=True)
class Setting:
    """Examples of `shortest` to `longest` tokens, and how they are learned from."""

    examples: int
    shortest: int
    longest: int
    size: TuningSize
    number_bytes: int


def size(rank: int, batch: int, accumulation: int = 1) -> TuningSize:
    return TuningSize(10**9, rank, 2 * rank, 1e-3, 1, batch, accumulation)


SETTINGS = (
    Setting(96, 20, 90, size(8, 4), cost.HALF_BYTES),
    Setting(16, 60, 400, size(16, 2, 4), cost.HALF_BYTES),
    Setting(24, 80, 160, size(32, 2), cost.FULL_BYTES),
)


#: as its columns stand below each other
ROW = "{:>8} {:>8} {:>6} {:>5} {:>5} | {:>9} {:>5} {:>5} | {:>9} {:>5} {:>5} | {:>9} {:>5} {:>5}"


def main() -> int:
    """Print the table."""
    print(" " * 36, "|    CPU seconds        |        MiB          |   seconds by the clock")
    names = ("examples", "tokens", "batch", "rank", "bits")
    print(
        ROW.format(
            *names,
            "predicted",
            "took",
            "off",
            "predicted",
            "took",
            "off",
            "predicted",
            "took",
            "load",
        )
    )
    return int(not all([_held(one) for one in SETTINGS]))


def _held(setting: Setting) -> bool:
    """Try, train, print; whether both predictions held."""
    training = _training(setting)
    training.trainer.install(lambda _: None)
    if training.folder.exists():
        patience.remove_tree(training.folder)
    training.begin(adapters.Begun(adapters.Lesson("", ""), ""))
    trial = training.trial(lambda _: None)
    began = time.monotonic()
    *_, done = training.trainer.events(training.settings(trial.threads), training.folder)
    clock = time.monotonic() - began
    patience.remove_tree(adapters.folder(NAME))
    run = training.run
    processor = cost.seconds(run, trial.step_cpu_seconds, trial.loading_cpu_seconds)
    memory = cost.memory_mib(run)
    off = processor / done.cpu_seconds - 1, memory / done.peak_mib - 1
    one = run.size
    batch = f"{one.batch}x{one.accumulation}"
    settings = (
        setting.examples,
        f"{setting.shortest}-{setting.longest}",
        batch,
        one.rank,
        8 * run.number_bytes,
    )
    times = f"{processor:.0f}", f"{done.cpu_seconds:.0f}", f"{off[0]:+.0%}"
    memories = f"{memory:.0f}", f"{done.peak_mib:.0f}", f"{off[1]:+.0%}"
    predicted = cost.seconds(run, trial.seconds_per_step, trial.loading_seconds)
    clocks = f"{predicted:.0f}", f"{clock:.0f}", f"{os.getloadavg()[0]:.0f}"
    print(ROW.format(*settings, *times, *memories, *clocks), flush=True)
    return abs(off[0]) <= TIME and abs(off[1]) <= MEMORY


def _training(setting: Setting) -> Training:
    """Of made-up tokens: what they are does not change what they take."""
    setup, recipe = saved(), load_recipes().tuning["lora"]
    base = base_of(read_header(Path(setup.model_path)))
    run = cost.Run(base, setting.size, setting.examples, setting.longest, setting.number_bytes)
    drawn = random.Random(1)
    shorter = [
        drawn.randint(setting.shortest, setting.longest) for _ in range(setting.examples - 1)
    ]
    rows = tuple(_row(length, drawn) for length in sorted([*shorter, setting.longest]))
    taught = cast(Taught, SimpleNamespace(train=rows))
    return Training(Trainer(recipe, Workbench().trainers), NAME, setup.model_path, run, taught)


def _row(length: int, drawn: random.Random) -> Row:
    return Row(tuple(drawn.randrange(100, 40_000) for _ in range(length)), length // 2)


if __name__ == "__main__":
    sys.exit(main())
