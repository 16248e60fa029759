"""Install the trainer, try a few steps, train to the end: each part is skipped where it was done before."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from enum import Enum
from hashlib import sha256
from pathlib import Path

from ..machine.keeping import kept_json, patience, plain_files
from ..machine.keeping.writing import write_atomically
from ..machine.tuning import adapters, checkpoints
from ..machine.tuning.adapters import Begun
from ..machine.tuning.trainer import Event, Trainer
from ..model.errors import LocalaiError
from ..model.progress import Progress, Report
from ..model.rates import duration_words
from ..tuning import cost
from ..tuning.cost import Run
from ._taught import Taught

#: Steps that are timed with each number of threads, after one that warms up.
TRIAL_STEPS = 3
#: A checkpoint takes a second or two; so many steps are lost at most by a kill.
SAVES = 20
#: The learning rate grows for so many steps, of a hundred 3.
WARMUP_STEPS, WARMUP_SHARE = 5, 0.03
SEED = 1
STARTED, TRIED, RESULT = "key", "trial.json", "adapter.gguf"


class Begins(Enum):
    """How a training begins: for the first time, where it was interrupted, or anew with other settings."""

    FIRST = "first"
    AGAIN = "again"
    ANEW = "anew"


@dataclass(frozen=True)
class Trial:
    """The best number of threads, the seconds of a step with it and of what comes before the first, and
    the same in seconds of the processor; the most memory meanwhile in MiB.
    """

    threads: int
    seconds_per_step: float
    peak_mib: float
    loading_seconds: float = 0.0
    step_cpu_seconds: float = 0.0
    loading_cpu_seconds: float = 0.0


@dataclass(frozen=True)
class Trained:
    """The adapter's file; seconds of this run, memory in MiB, and the last loss. None and 0 where it
    was trained before.
    """

    file: Path
    seconds: float = 0.0
    peak_mib: float = 0.0
    last_loss: float | None = None


@dataclass(frozen=True)
class Training:
    """One training. `name` is the adapter's, `base` the path of the model's file."""

    trainer: Trainer
    name: str
    base: str
    run: Run
    taught: Taught

    @property
    def folder(self) -> Path:
        return adapters.run_folder(self.name)

    def begin(self, begun: Begun) -> Begins:
        """What an earlier run left is kept where it was the same training. One of the same examples with
        other settings is removed: its checkpoints fit only those.
        """
        if self._is_same():
            return Begins.AGAIN
        changed = (self.folder / STARTED).exists()
        if self.folder.exists():
            patience.remove_tree(self.folder)
        self.folder.mkdir(parents=True)
        adapters.begin(self.name, begun)
        write_atomically(self.folder / STARTED, self._key().encode())
        return Begins.ANEW if changed else Begins.FIRST

    @property
    def done_steps(self) -> int:
        """How many steps an earlier run of this very training did and kept; all where only the proof is left."""
        if not self._is_same():
            return 0
        if (self.folder / RESULT).exists():
            return self.run.steps
        return min(checkpoints.steps_done(self.folder), self.run.steps)

    @property
    def left_seconds(self) -> float | None:
        """What the steps that are left take, where an earlier run tried some; None elsewhere."""
        trial = kept_json.read(Trial, self.folder / TRIED) if self._is_same() else None
        return self.seconds(trial) if trial else None

    def seconds(self, trial: Trial) -> float:
        """What the steps that are left take, and what comes before the first of them."""
        each, loading = trial.seconds_per_step, trial.loading_seconds
        return cost.seconds(self.run, each, loading, self.done_steps)

    def trial(self, report: Report) -> Trial:
        """A few steps with one thread and with as many as there are cores; the result is kept.

        Raises:
            LocalaiError: the trainer died.

        """
        known = kept_json.read(Trial, self.folder / TRIED)
        if known:
            return known
        report(Progress("trying a few steps"))
        counts = sorted({1, max(1, (os.cpu_count() or 2) // 2), os.cpu_count() or 1})
        more = {"trial_steps": TRIAL_STEPS, "trial_threads": counts}
        found = list(_trials(self.trainer.events({**self.settings(1), **more}, self.folder)))
        if not found:
            raise LocalaiError("The trainer tried no step.", hint="Run the same command again.")
        best = min(found, key=lambda one: one.seconds_per_step)
        write_atomically(self.folder / TRIED, json.dumps(asdict(best)).encode())
        return best

    def train(self, threads: int, report: Report) -> Trained:
        """To the end, from the last checkpoint where there is one.

        Raises:
            LocalaiError: the trainer died; what it had learned until its last checkpoint is kept.

        """
        file = self.folder / RESULT
        if file.exists():
            return Trained(file)
        began, loss, peak = time.monotonic(), None, 0.0
        pace = _Pace()
        report(Progress("loading the trainer"))
        for one in self.trainer.events(self.settings(threads), self.folder):
            if one.event == "step":
                loss = one.loss
                report(pace.progress(one, time.monotonic()))
            peak = max(peak, one.peak_mib)
        return Trained(file, time.monotonic() - began, peak, loss)

    def settings(self, threads: int) -> dict[str, object]:
        """What the trainer is told."""
        run, size = self.run, self.run.size
        return {
            "base": self.base,
            "folder": str(self.folder),
            "examples": [asdict(one) for one in self.taught.train],
            "threads": threads,
            "on_gpu": run.on_gpu,
            "four_bits": run.four_bits,
            "number_type": "bfloat16" if run.number_bytes == cost.HALF_BYTES else "float32",
            "seed": SEED,
            "recompute": run.recompute,
            "rank": size.rank,
            "alpha": size.alpha,
            "epochs": size.epochs,
            "batch": size.batch,
            "accumulation": size.accumulation,
            "learning_rate": size.learning_rate,
            "warmup_steps": min(WARMUP_STEPS, round(run.steps * WARMUP_SHARE)),
            "save_steps": max(1, run.steps // SAVES),
            "architecture": run.base.architecture,
            "blocks": run.base.blocks,
            "heads": run.base.heads,
            "kv_heads": run.base.kv_heads,
        }

    def _key(self) -> str:
        """What makes it this very training: the model, the tokens, the settings."""
        settings = {**self.settings(0), "folder": ""}
        return sha256(json.dumps(settings, sort_keys=True).encode()).hexdigest()

    def _is_same(self) -> bool:
        try:
            return plain_files.read_text(self.folder / STARTED) == self._key()
        except (OSError, UnicodeDecodeError):
            return False


def _trials(events: Iterable[Event]) -> Iterator[Trial]:
    """One for each number of threads."""
    began, loading, loading_cpu = time.monotonic(), 0.0, 0.0
    for one in events:
        if one.event == "loaded":
            loading, loading_cpu = time.monotonic() - began, one.cpu_seconds
        if one.event == "trial":
            timed = one.seconds_per_step, one.peak_mib, loading, one.step_cpu_seconds, loading_cpu
            yield Trial(one.threads, *timed)


@dataclass
class _Pace:
    """How fast it goes, counted from the first step of this run: a training may go on from a checkpoint."""

    first_step: int = 0
    began: float = 0.0

    def progress(self, step: Event, now: float) -> Progress:
        left = ""
        if not self.first_step:
            self.first_step, self.began = step.step, now
        else:
            each = (now - self.began) / (step.step - self.first_step)
            left = f", about {duration_words(each * (step.of - step.step))} left"
        # what a narrow terminal cuts off is the loss
        words = f"step {step.step} of {step.of}{left}, loss {step.loss:.2f}"
        return Progress("training", step.step, step.of, words)
