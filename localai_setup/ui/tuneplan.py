"""What `localai tune` is about to do, before it is done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..model.rates import duration_words
from ..model.sizes import mib_words, size_words
from ..tuning.cost import Run
from . import places, shellwords
from .findingtext import say_line, say_prose

MILLION = 1e6


@dataclass(frozen=True)
class PlanText:
    """What happens, before it happens; `download_bytes` is 0 where the trainer is here already,
    `fetching_bytes` what its disk holds of it at most meanwhile, `cache` the folder in which pip keeps what it
    fetched as well, empty where it keeps nothing; `passing_mib` what of main memory the model takes on its
    way to a graphics card, 0 where it goes to none. `done_steps` were done before it was interrupted, and
    `left_seconds` are what the others take, None where no step was tried yet.
    """

    model: str
    run: Run
    trainer: str
    held_back: int
    memory_mib: float
    free_mib: float | None
    passing_mib: float
    licence: str
    folder: str
    trainer_folder: str
    download_bytes: int
    installed_bytes: int
    fetching_bytes: int
    cache: str
    done_steps: int
    left_seconds: float | None


def plan(text: PlanText) -> None:
    """Each choice in a sentence."""
    say_line("")
    say_line("The plan", "bold")
    for line in (*_choices(text), _memory(text), *_costs(text)):
        say_prose(line, "  ", "    ")


def only_planned(file: str) -> None:
    """The end of a dry run: what does it. `file` as it was typed, empty where it was asked for."""
    say_line("")
    command = f"localai tune {shellwords.word(file)}" if file else "localai tune"
    say_prose(f"Nothing was changed. `{command}` does it.", "")


def before_any_set_up(model: str, tokens: int) -> None:
    """The end of a dry run where no model is set up that could be taught."""
    say_line("")
    say_prose(
        f"Nothing is set up here yet: this is what would be done with {model}, for examples of up to {tokens} "
        f"tokens. Nothing was changed. `localai init --model {model}` sets it up, and after that `localai tune` "
        "with these examples teaches it.",
        "",
    )


def _choices(text: PlanText) -> Sequence[str]:
    """The model, the method and the examples."""
    run, size = text.run, text.run.size
    trained, all_ = run.base.trained_values(size.rank) / MILLION, run.base.values / MILLION
    method = (
        f"Method: {'QLoRA' if run.four_bits else 'LoRA'}, rank {size.rank}: {trained:.1f} million small values are trained beside the "
        f"{all_:,.0f} million of the model, and kept in a file of their own."
    )
    examples = (
        f"Examples: {run.examples} are learned from, {size.epochs} times each, "
        f"{size.batch * size.accumulation} at a time: {run.steps} steps, and how far each of them goes "
        f"(the learning rate) is {size.learning_rate:g}. {text.held_back} are held back, and asked before "
        "and after."
    )
    model = f"Model: {text.model}; its file stays as it is."
    return (model, method, examples, *_done(text))


def _done(text: PlanText) -> Sequence[str]:
    """What an interrupted training leaves to do."""
    if not text.done_steps:
        return []
    before = "before it was interrupted"
    if text.done_steps >= text.run.steps:
        left = "What is left is to ask before and after."
        return [f"Done already: all {text.run.steps} steps, {before}. {left}"]
    done = f"{text.done_steps} of the {text.run.steps} steps"
    return [f"Done already: {done}, {before}; it goes on from there."]


def _costs(text: PlanText) -> Sequence[str]:
    """Time, licence, download and place."""
    time = _time(text)
    licence = f"Licence: {text.licence} holds for what is made from the model too."
    result = f"Result: {places.short(text.folder)}"
    if not text.download_bytes:
        return time, licence, result
    download, installed = size_words(text.download_bytes), size_words(text.installed_bytes)
    most = size_words(text.fetching_bytes)
    kept = (
        f" pip keeps what it fetched in {places.short(text.cache)} as well." if text.cache else ""
    )
    trainer = (
        f"Download: the trainer ({text.trainer}) from the package index, about {download}, into "
        f"{places.short(text.trainer_folder)}: {installed} on the disk, and up to {most} while it is unpacked.{kept}"
    )
    return time, licence, trainer, result


def _time(text: PlanText) -> str:
    if text.done_steps >= text.run.steps:
        return "Time: that of the questions; nothing is trained any more."
    if text.left_seconds is None:
        return "Time: a trial of a few steps tells it before the training begins."
    return f"Time: about {duration_words(text.left_seconds)} for what is left, by the steps that were tried."


def _memory(text: PlanText) -> str:
    free = f" of {mib_words(text.free_mib)} that are free" if text.free_mib else ""
    if text.run.on_gpu:
        return (
            f"Memory: about {mib_words(text.memory_mib)} of the graphics card{free}; before, the whole model "
            f"takes about {mib_words(text.passing_mib)} of main memory, as its file is unpacked there."
        )
    again = "; some values are computed twice to save memory" if text.run.recompute else ""
    return f"Memory: about {mib_words(text.memory_mib)}{free}{again}."
