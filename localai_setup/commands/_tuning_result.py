"""What came of a training: kept, proved, used where it helped, and told."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from hashlib import sha256

from .. import taught as teaching
from ..machine.keeping import patience, plain_files
from ..machine.keeping.writing import write_atomically
from ..machine.tuning import adapters
from ..machine.workbench import Workbench
from ..model.proof import AnswerTest
from ..model.recipe import UseRecipe
from ..model.setup import SetUp
from ..model.tuning import Adapter
from ..ui import conversation, progress
from ..ui.conversation import Asker
from . import _lesson, _losses, _reach
from ._lesson import Proved
from ._taught import Taught
from ._training import Trained, Training


@dataclass(frozen=True)
class Outcome:
    """The adapter with its scores, the answers, and whether it is in use now."""

    adapter: Adapter
    proved: Proved
    is_used: bool


#: Told what came of it; whether it shall be used.
Agrees = Callable[[Adapter, Proved], bool]


@dataclass(frozen=True)
class Examination:
    """What is asked after a training: the examples that were held back, and the questions of the uses."""

    taught: Taught
    uses: Iterable[UseRecipe]


def outcome(
    setup: SetUp, asked: Examination, kept: Adapter, bench: Workbench, agrees: Agrees
) -> Outcome:
    """Ask each question that was held back, and that of each use, with the adapter and without it; use it
    where it is agreed to.

    However it ends, what was set up before is served again, or the new one is.

    Raises:
        LocalaiError: the server does not answer.

    """
    with _reach.kept(setup.place, bench):
        return _asked_and_used(setup, asked, kept, bench, agrees)


def _asked_and_used(
    setup: SetUp, asked: Examination, kept: Adapter, bench: Workbench, agrees: Agrees
) -> Outcome:
    draft = teaching.with_lesson(setup, _lesson.lesson(kept), bench)
    try:
        adapter, proved = _proved(draft, asked, kept, bench)
        patience.remove_tree(adapters.run_folder(adapter.name))
        is_used = agrees(adapter, proved)
        if is_used:
            _lesson.use(setup, _lesson.lesson(adapter), bench)
    except BaseException:
        _lesson.serve_again(setup, bench)
        raise
    if not is_used:
        _lesson.serve_again(setup, bench)
    return Outcome(adapter, proved, is_used)


def _proved(
    draft: SetUp, asked: Examination, kept: Adapter, bench: Workbench
) -> tuple[Adapter, Proved]:
    """The adapter with its scores, which are saved, and the answers."""
    with progress.shown() as report:
        proved = _lesson.prove(draft, asked.taught, bench, report)
        uses = _losses.checks(draft, asked.uses, bench, report)
    before, after = proved.scores
    test = _lesson.test_of(asked.taught.parted.held_back, proved.after)
    adapter = replace(kept, before=before, after=after, test=test, uses=uses)
    adapters.save(adapter)
    return adapter, proved


#: What both answers do, for whoever asks.
MORE = (
    "Yes: `localai chat` and every connected program get the taught answers. No, which a script gets: what was "
    "in use stays in use, the adapter is kept, and `localai tune use` uses it later."
)


def is_accepted(adapter: Adapter, asker: Asker) -> bool:
    """Whether it is used although the model lost something by it: only where a person says so."""
    if not adapter.lost:
        return True
    why = (
        f"It answers your examples better, and {len(adapter.lost)} of the other questions no more."
    )
    words = f"Use {adapter.name} all the same?"
    return asker.choose(conversation.yes_or_no(words, why, "--yes", "no", MORE)) == "yes"


def kept(setup: SetUp, training: Training, trained: Trained) -> Adapter:
    """The file under its name; its record is written once it is proved."""
    content = plain_files.read_bytes(trained.file)
    write_atomically(adapters.file(training.name), content)
    return Adapter(
        name=training.name,
        base_model=setup.model,
        base_sha256=setup.model_sha256,
        sha256=sha256(content).hexdigest(),
        bytes=len(content),
        made_at=datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
        examples=len(training.taught.train),
        held_back=len(training.taught.held_back),
        data_sha256=training.taught.sha256,
        settings=training.run.size,
        test=AnswerTest(training.taught.parted.held_back[0].question[-1].text),
        seconds=round(trained.seconds, 1),
        peak_mib=round(trained.peak_mib, 1),
        last_loss=trained.last_loss,
    )
