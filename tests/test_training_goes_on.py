"""What an interrupted training did, and what is left of it."""

from dataclasses import replace

import pytest

from localai_setup.commands import tune as tune_command

from .test_training import RUN, SIZE, TRIED, FakeTrainer, home, training

pytestmark = pytest.mark.quick
__all__ = ["home"]


def transformers_checkpoint(run, number, state="{}"):
    folder = run / "checkpoints" / f"checkpoint-{number}"
    folder.mkdir(parents=True)
    if state is not None:
        (folder / "trainer_state.json").write_text(state, encoding="utf-8")


def mlx_checkpoint(run, text):
    folder = run / "checkpoints" / "mlx-checkpoint"
    folder.mkdir(parents=True)
    (folder / "last.json").write_text(text, encoding="utf-8")


#: what lies in the folder of a training of 10 steps → the steps that are not done again
KEPT = {
    "nothing": (lambda _: None, 0),
    "two checkpoints": (
        lambda run: [transformers_checkpoint(run, one) for one in (2, 10)], 10),
    "one that was not written to its end": (
        lambda run: [transformers_checkpoint(run, 2), transformers_checkpoint(run, 4, None),
                     transformers_checkpoint(run, 6, '{"a')], 2),
    "another folder": (lambda run: transformers_checkpoint(run, "best"), 0),
    "MLX's": (lambda run: mlx_checkpoint(run, '{"step": 3}'), 3),
    "a damaged one of MLX": (lambda run: mlx_checkpoint(run, '{"step": "x"}'), 0),
    "half a one of MLX": (lambda run: mlx_checkpoint(run, '{"st'), 0),
    "more than there are": (lambda run: transformers_checkpoint(run, 999), 10),
    "the result": (lambda run: (run / "adapter.gguf").write_bytes(b"a"), 10),
}  # fmt: skip
TEN = replace(RUN, examples=20, size=replace(SIZE, batch=4, accumulation=1, epochs=2))


@pytest.mark.parametrize(("make", "done"), KEPT.values(), ids=KEPT)
def test_what_an_interrupted_training_did_is_known(make, done, home):
    made = training(FakeTrainer(), TEN)
    assert made.run.steps == 10
    make(made.folder)
    assert made.done_steps == done
    other = replace(made, run=replace(TEN, recompute=True))
    assert (other.done_steps, other.left_seconds) == (0, None)


def test_what_is_left_is_told_by_the_steps_that_were_tried(home):
    made = training(FakeTrainer(*TRIED), TEN)
    assert made.left_seconds is None
    trial = made.trial(list().append)
    assert made.left_seconds == made.seconds(trial) == 10 * 2.0
    assert "the whole training takes about 20 s" in tune_command._time(made, trial)
    transformers_checkpoint(made.folder, 4)
    assert made.left_seconds == 6 * 2.0
    assert "the 6 steps that are left take about 12 s" in tune_command._time(made, trial)
    (made.folder / "adapter.gguf").write_bytes(b"a")
    assert "only the questions are left" in tune_command._time(made, trial)
