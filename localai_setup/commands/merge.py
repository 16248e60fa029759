"""An adapter and its model as one file, for programs that load no adapters."""

from __future__ import annotations

import os.path
from dataclasses import asdict, dataclass
from pathlib import Path

from ..machine.keeping import gguf_file, model_files, patience
from ..machine.keeping.locking import Lock
from ..machine.tuning import adapters
from ..machine.tuning.trainer import DiedError, Event, Trainer
from ..machine.workbench import Workbench
from ..model.errors import Exit, LocalaiError
from ..model.progress import Progress, Report
from ..model.setup import SetUp
from ..model.sizes import size_words
from ..tuning import merging
from ..ui import console, conversation, jsonout, progress
from . import _tuning_plan, tuned
from ._options import Options
from ._other_base import Consent
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


def merge(options: Options, name: str, to: str, consent: Consent) -> Exit:
    """Write the model that is set up with this adapter into a file; both stay as they are.

    Raises:
        LocalaiError: the adapter is unknown, damaged or of another model; the file is there already, or
            cannot be written; or nobody is there to say yes.

    """
    adapter = adapters.required(name)
    with Lock("init", LOCK_SECONDS, console.say):
        setup = saved()
        tuned.require_usable(adapter, setup.model_sha256, setup.model)
        target = _target(to or f"{setup.model}-{name}.gguf")
        trainer = _trainer(Workbench(offline=options.offline))
        if not _agreed(_plan(setup, name, target, trainer), consent):
            return Exit.OK
        _write(setup, name, target, trainer)
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


def _trainer(bench: Workbench) -> Trainer:
    return Trainer(load_recipes().tuning[_tuning_plan.RECIPE], bench.trainers, PROGRAM)


def _plan(setup: SetUp, name: str, target: Path, trainer: Trainer) -> str:
    """What would be written, and what is fetched first: whoever removed the trainer, or brought an adapter
    along, does not expect gigabytes.
    """
    parts = [
        gguf_file.read_header(Path(setup.model_path)),
        gguf_file.read_header(adapters.file(name)),
    ]
    size = merging.bytes_with(parts[0], parts[1], setup.model_bytes)
    words = f"{target} would be {setup.model} as {name} taught it, {size_words(size)}."
    fetched = 0 if trainer.is_installed() else trainer.recipe.download_bytes.get(trainer.system, 0)
    if not fetched:
        return words
    return (
        f"{words} The trainer writes the file and is not here: it would be fetched first, about "
        f"{size_words(fetched)} from the package index, and take up to "
        f"{size_words(trainer.recipe.fetching_bytes(trainer.system))} of the disk while it is unpacked."
    )


def _agreed(plan: str, consent: Consent) -> bool:
    """Told, and asked. Raises LocalaiError where nobody is there to say yes."""
    console.say(plan)
    if consent.dry_run:
        console.say("Nothing was written.")
        return False
    question = conversation.yes_or_no(
        "Shall I write this file?", "The model and the adapter stay as they are.", "--yes"
    )
    if consent.yes or conversation.asker_of(yes=False).choose(question) == "yes":
        return True
    console.say("Nothing was written.")
    return False


def _write(setup: SetUp, name: str, target: Path, trainer: Trainer) -> None:
    """By the trainer's environment, which is made where it is not there."""
    folder = adapters.folder(name) / "merging"
    folder.mkdir(exist_ok=True)
    paths = {
        "base": setup.model_path,
        "adapter": str(adapters.file(name)),
        "target": str(target),
    }
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
