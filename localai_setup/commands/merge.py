"""An adapter and its model as one file, for programs that load no adapters."""

from __future__ import annotations

import os.path
from dataclasses import asdict, dataclass
from pathlib import Path

from ..machine.keeping import model_files, patience
from ..machine.keeping.locking import Lock
from ..machine.tuning import adapters
from ..machine.tuning.trainer import DiedError, Event, Trainer
from ..machine.workbench import Workbench
from ..model.errors import Exit, LocalaiError
from ..model.progress import Progress, Report
from ..model.setup import SetUp
from ..model.sizes import size_words
from ..ui import console, jsonout, progress
from . import _tuning_plan, tuned
from ._options import Options
from ._recipes import load_recipes
from ._setup import saved
from .init import LOCK_SECONDS

SCHEMA, PROGRAM = "localai.merged/1", "_merge"


@dataclass(frozen=True)
class Merged:
    """The new file; `bytes` and `sha256` are those that it has now."""

    adapter: str
    model: str
    file: str
    bytes: int
    sha256: str


def merge(options: Options, name: str, to: str) -> Exit:
    """Write the model that is set up with this adapter into a file; both stay as they are.

    Raises:
        LocalaiError: the adapter is unknown, damaged or of another model; the file is there already, or
            cannot be written.

    """
    adapter = adapters.required(name)
    with Lock("init", LOCK_SECONDS, console.say):
        setup = saved()
        tuned.require_usable(adapter, setup.model_sha256, setup.model)
        target = _target(to or f"{setup.model}-{name}.gguf")
        _write(setup, name, target, Workbench(offline=options.offline))
    made = Merged(
        name, setup.model, str(target), target.stat().st_size, model_files.sha256_of(target)
    )
    if options.json:
        jsonout.write({"schema": SCHEMA, **asdict(made)})
    else:
        _tell(made, setup)
    return Exit.OK


def _target(typed: str) -> Path:
    """Where it goes. Raises LocalaiError where something is there, or the folder is not."""
    path = Path(typed).absolute()
    if os.path.lexists(path):
        raise LocalaiError(
            f"{path} is there already.",
            "It may be in use.",
            "Name another file: `localai tune merge ADAPTER --to FILE`.",
            Exit.USAGE,
        )
    if not os.path.isdir(path.parent):
        raise LocalaiError(
            f"There is no folder {path.parent}.",
            hint="Make it, or name a file elsewhere with `--to FILE`.",
            exit_code=Exit.USAGE,
        )
    return path


def _write(setup: SetUp, name: str, target: Path, bench: Workbench) -> None:
    """By the trainer's environment, which is made where it is not there."""
    trainer = Trainer(load_recipes().tuning[_tuning_plan.RECIPE], bench.trainers, PROGRAM)
    folder = adapters.folder(name) / "merging"
    folder.mkdir(exist_ok=True)
    paths = {
        "base": setup.model_path,
        "adapter": str(adapters.file(name)),
        "target": str(target),
    }
    _tell_fetched(trainer)
    try:
        with progress.shown() as report:
            trainer.install(report)
            for event in trainer.events({**paths, "threads": 1, "on_gpu": False}, folder):
                _report(event, report)
    except DiedError as died:
        raise _not_written(target, died) from None
    finally:
        patience.unlink(target.with_name(f"{target.name}.growing"))
    patience.remove_tree(folder)


def _tell_fetched(trainer: Trainer) -> None:
    """Before it begins: whoever removed the trainer, or brought an adapter along, does not expect gigabytes."""
    if trainer.is_installed():
        return
    size = trainer.recipe.download_bytes.get(trainer.system, 0)
    if size:
        console.say(
            f"The trainer writes the file and is not here: it is fetched first, about {size_words(size)} "
            "from the package index. Ctrl-C stops it."
        )


def _not_written(target: Path, died: DiedError) -> LocalaiError:
    return LocalaiError(
        f"{target} could not be written ({died.how}): {died.last}",
        "The model and the adapter are as they were.",
        f"See that you may write there and that the disk has room; then the same command again. The log: {died.log}",
    )


def _report(event: Event, report: Report) -> None:
    if event.event == "step":
        detail = f"{event.step} of {event.of} tensors"
        report(Progress("merging", event.step, event.of, detail))


def _tell(made: Merged, setup: SetUp) -> None:
    licence = setup.licence.name or setup.licence.id
    console.show(
        f"{made.file} ({size_words(made.bytes)}) is {made.model} as {made.adapter} taught it, for programs "
        f"that load one file. Licence: {licence}, as that of the model.\n"
        f"Here the adapter does the same in {size_words(adapters.file(made.adapter).stat().st_size)}: "
        f"`localai tune use {made.adapter}`."
    )
