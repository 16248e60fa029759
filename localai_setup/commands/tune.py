"""A model taught by a person's examples: read, planned, trained, proved, and used where it helped."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from ..machine.keeping.gguf_file import read_header
from ..machine.keeping.locking import Lock
from ..machine.tuning import adapters
from ..machine.tuning.adapters import Begun
from ..machine.tuning.tokens import Tokens
from ..machine.tuning.trainer import Trainer
from ..machine.workbench import Workbench
from ..model.errors import Exit, LocalaiError
from ..model.rates import duration_words
from ..model.recipe import Recipes
from ..model.setup import SetUp
from ..model.tuning import Adapter
from ..tuning import parting
from ..tuning.base import Base, base_of
from ..tuning.examples import Data
from ..ui import console, jsonout, progress, tuneplan, tunetext
from ..ui.conversation import asker_of
from . import (
    _asked_examples,
    _other_base,
    _taught,
    _tuning_beforehand,
    _tuning_document,
    _tuning_plan,
    _tuning_result,
    tuned,
)
from ._lesson import Proved
from ._options import Options
from ._recipes import load_recipes
from ._setup import is_set_up, saved, server
from ._switching import agreed
from ._taught import Checked, Taught
from ._training import Begins, Trained, Training, Trial
from ._tuning_plan import Planned
from ._tuning_result import Examination, Outcome
from .init import LOCK_SECONDS

#: where there is no plan, as too few examples can be used
FAULTS_SCHEMA = "localai.tune-faults/1"
#: of a training that was interrupted
BEGINS = {
    Begins.AGAIN: "was interrupted, and goes on from its last checkpoint",
    Begins.ANEW: "was interrupted, and begins anew: its settings are other ones now, as the memory that is free is",
}


@dataclass(frozen=True)
class TuneRequest:
    """The flags, as they were typed. `data` is empty where it is to be asked for; `name` is the adapter's,
    empty for one made of the file's name; `model` is the one to be taught, empty for that of the set-up.
    """

    data: str
    name: str = ""
    model: str = ""
    yes: bool = False
    dry_run: bool = False


@dataclass(frozen=True)
class _Job:
    """What is taught to what, the adapter's name, and what is kept of it until it ends."""

    setup: SetUp
    bench: Workbench
    recipes: Recipes
    base: Base
    checked: Checked
    name: str
    begun: Begun

    def trainer(self, planned: Planned) -> Trainer:
        return Trainer(planned.recipe, self.bench.trainers)


def tune(options: Options, request: TuneRequest) -> Exit:
    """Read the examples, tell the plan, train, prove it on examples that were held back, and use it where
    it helped.
    """
    path, checked = _examples(options, request)
    if request.dry_run and not is_set_up():
        name = request.name or adapters.name_for(path.stem)
        return _tuning_beforehand.tell(options, checked, name, request.model)
    consent = _other_base.Consent(yes=request.yes, dry_run=request.dry_run)
    if request.model and not _other_base.set_up(options, request.model, consent):
        return Exit.OK
    job = _job(options, request, path, checked)
    if adapters.find(job.name):
        console.say(
            f"These examples were learned already: `localai tune use {job.name}` uses what came of it, "
            f"`localai tune remove {job.name}` forgets it."
        )
        return tuned.listing(options) if options.json else Exit.OK
    if not _other_base.show_tokens(options, consent):
        return Exit.OK
    with _alone(request):
        return _tune(options, request, _as_planned(job))


def _alone(request: TuneRequest) -> AbstractContextManager[object]:
    """A plan changes nothing, so that it waits for no other command, which may be a training of an hour."""
    return nullcontext() if request.dry_run else Lock("init", LOCK_SECONDS, console.say)


def _as_planned(job: _Job) -> _Job:
    """With the set-up of now.

    Raises:
        LocalaiError: while this waited another command set up another model, or taught it the same.

    """
    now = saved()
    if now.model_sha256 == job.setup.model_sha256 and adapters.find(job.name) is None:
        return replace(job, setup=now)
    raise LocalaiError(
        "Another command changed what is set up, or what it was taught, since this was begun.",
        f"It was for {job.setup.model}; {now.model} is set up now. Nothing was changed by this command.",
        "The same command again goes by what is set up now; `localai tune list` shows what was taught.",
    )


def _job(options: Options, request: TuneRequest, path: Path, checked: Checked) -> _Job:
    """Raises LocalaiError where the model that is set up cannot be taught."""
    setup, recipes = saved(), load_recipes()
    begun = Begun(adapters.Lesson(setup.model_sha256, checked.sha256), str(path.absolute()))
    name = _name(request, path, begun.lesson)
    base = _tuning_plan.base(options, setup, recipes, base_of(read_header(Path(setup.model_path))))
    bench = Workbench(offline=options.offline)
    return _Job(setup, bench, recipes, base, checked, name, begun)


def _name(request: TuneRequest, path: Path, lesson: adapters.Lesson) -> str:
    """The new adapter's name: the one that was asked for, that of these examples, or one made of the file's
    name that is free. One that is here is never written over: it may be in use, and the new one may not help.
    """
    if not request.name:
        known = adapters.name_of(lesson)
        return known or adapters.free_name(adapters.name_for(path.stem), lesson)
    adapters.check_name(request.name)
    if not adapters.is_free(request.name, lesson):
        raise LocalaiError(
            f"An adapter called {request.name} is here already.",
            "It is taught by other examples, or belongs to another model.",
            f"Take another name, or delete it first: `localai tune remove {request.name}`.",
            Exit.USAGE,
        )
    return request.name


def _examples(options: Options, request: TuneRequest) -> tuple[Path, Checked]:
    """Raises LocalaiError where no file is named, or where that one cannot be used."""
    tell = _too_few if options.json else tunetext.examples
    if request.data:
        return _asked_examples.named(request.data, tell)
    _asked_examples.require_somebody(yes=request.yes)
    return _asked_examples.asked(tell)


def _too_few(data: Data) -> None:
    """The faults as JSON where no plan can follow, which is an error; with the plan otherwise."""
    if len(data.examples) < parting.NEEDED:
        jsonout.write(
            {
                "schema": FAULTS_SCHEMA,
                "form": data.form,
                "faults": _tuning_document.faults(data.faults),
            }
        )


def _tune(options: Options, request: TuneRequest, job: _Job) -> Exit:
    running = server(job.setup, job.bench)
    with progress.shown() as report:
        found = _taught.taught(
            job.checked, Tokens(running), job.setup.settings.context_each, report
        )
    extent = _tuning_plan.Extent(job.base, len(found.train), found.longest)
    planned = _tuning_plan.plan(options.facts(), job.setup.model, job.recipes, extent)
    checked = replace(job.checked, data=found.data)
    training = Training(job.trainer(planned), job.name, job.setup.model_path, planned.run, found)
    document = _tuning_document.plan(
        job.setup.model,
        job.name,
        checked,
        planned,
        training.trainer,
        done_steps=training.done_steps,
    )
    if not options.json:
        tunetext.too_long(found.data.faults[len(job.checked.data.faults) :])
        _show_plan(job, training, planned)
    if request.dry_run:
        if options.json:
            jsonout.write(document)
        else:
            tuneplan.only_planned(request.data)
        return Exit.OK
    if not agreed(asker_of(yes=request.yes)):
        return Exit.OK
    adapter = _tuning_result.kept(job.setup, training, _trained(training, job.begun))
    asked = Examination(found, job.recipes.uses.values())
    agrees = _agrees(options, request, found)
    result = _tuning_result.outcome(job.setup, asked, adapter, job.bench, agrees)
    if options.json:
        jsonout.write({**document, **_result(result)})
    else:
        ended = tunetext.Ended(result.proved.helped, result.is_used, job.setup.adapter)
        tunetext.end(result.adapter, ended)
    return Exit.OK


def _show_plan(job: _Job, training: Training, planned: Planned) -> None:
    taught = _tuning_plan.ToBeTaught(
        job.setup.model,
        job.setup.licence,
        len(training.taught.held_back),
        job.name,
        training.done_steps,
        training.left_seconds,
    )
    tuneplan.plan(_tuning_plan.words(taught, training.trainer, planned))


def _agrees(options: Options, request: TuneRequest, found: Taught) -> _tuning_result.Agrees:
    """Tells the scores, and asks where something was lost."""

    def agrees(adapter: Adapter, proved: Proved) -> bool:
        if not options.json:
            tunetext.result(adapter, found.parted.held_back, proved.before, proved.after)
        return proved.helped and _tuning_result.is_accepted(adapter, asker_of(yes=request.yes))

    return agrees


def _trained(training: Training, begun: Begun) -> Trained:
    """Install, try, tell the time, train."""
    with progress.shown() as report:
        training.trainer.install(report)
    begins = training.begin(begun)
    if begins in BEGINS:
        console.say(f"{training.name} {BEGINS[begins]}.")
    with progress.shown() as report:
        trial = training.trial(report)
    console.say(_time(training, trial))
    with progress.shown() as report:
        return training.train(trial.threads, report)


def _time(training: Training, trial: Trial) -> str:
    done, steps = training.done_steps, training.run.steps
    if done == steps:
        return "It was trained to its end before; only the questions are left."
    what = f"the {steps - done} steps that are left take" if done else "the whole training takes"
    return (
        f"A step takes {trial.seconds_per_step:.1f} s here: {what} about "
        f"{duration_words(training.seconds(trial))}. Ctrl-C stops it; the same command goes on from there."
    )


def _result(found: Outcome) -> dict[str, Any]:
    return {"adapter": asdict(found.adapter), "helped": found.proved.helped, "used": found.is_used}
