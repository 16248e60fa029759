"""What came of a training: kept, proved, used where it helped, and told."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timezone
from hashlib import sha256

from .. import taught as teaching
from ..machine.keeping import patience
from ..machine.keeping.writing import write_atomically
from ..machine.tuning import adapters
from ..machine.workbench import Workbench
from ..model.proof import AnswerTest
from ..model.setup import SetUp
from ..model.tuning import Adapter
from ..ui import progress
from . import _lesson
from ._lesson import Proved
from ._taught import Taught
from ._training import Trained, Training


@dataclass(frozen=True)
class Outcome:
    """The adapter with its scores, the answers, and whether it is in use now."""

    adapter: Adapter
    proved: Proved
    is_used: bool


def outcome(
    setup: SetUp, found: Taught, training: Training, trained: Trained, bench: Workbench
) -> Outcome:
    """Keep the file, ask each question that was held back with it and without it, use it where it helped.

    However it ends, what was set up before is served again, or the new one is.

    Raises:
        LocalaiError: the server does not answer.

    """
    adapter = _kept(setup, training, trained)
    examples = found.parted.held_back
    draft = teaching.with_lesson(setup, _lesson.lesson(adapter), bench)
    try:
        with progress.shown() as report:
            proved = _lesson.prove(draft, found, bench, report)
        before, after = proved.scores
        test = _lesson.test_of(examples, proved.after)
        adapter = replace(adapter, before=before, after=after, test=test)
        adapters.save(adapter)
        patience.remove_tree(training.folder)
        if proved.helped:
            _lesson.use(setup, _lesson.lesson(adapter), bench)
    except BaseException:
        _lesson.serve_again(setup, bench)
        raise
    if not proved.helped:
        _lesson.serve_again(setup, bench)
    return Outcome(adapter, proved, proved.helped)


def _kept(setup: SetUp, training: Training, trained: Trained) -> Adapter:
    """The file under its name; its record is written once it is proved."""
    content = trained.file.read_bytes()
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
