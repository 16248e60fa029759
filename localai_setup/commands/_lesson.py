"""An adapter proved by examples that it never saw, and put into the set-up or taken out of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .. import executor, taught
from ..machine.tuning import adapters
from ..machine.tuning.asking import Asker
from ..machine.workbench import Workbench
from ..model.progress import Progress, Report
from ..model.proof import AnswerTest, Proof
from ..model.server import required
from ..model.setup import SetUp
from ..model.tuning import Adapter, Score
from ..state import INSTALLS, SERVES, saved_steps
from ..taught import Lesson
from ..tuning import scoring
from ..tuning.examples import SYSTEM, USER, Example
from . import _reach, _replacing
from ._taught import Taught

#: Room for the answer that shows later that the adapter works.
TEST_TOKENS = 256


@dataclass(frozen=True)
class Proved:
    """The answers to the examples that were held back, without the adapter and with it."""

    before: tuple[str, ...]
    after: tuple[str, ...]
    scores: tuple[Score, Score]

    @property
    def helped(self) -> bool:
        return scoring.helped(*self.scores)


def prove(setup: SetUp, found: Taught, bench: Workbench, report: Report) -> Proved:
    """Ask the server of this set-up, which has loaded the adapter, each question twice.

    Raises:
        LocalaiError: the server does not start or does not answer.

    """
    report(Progress("starting the server"))
    for step in saved_steps(setup):
        if step.id in SERVES | INSTALLS:
            executor.run(step, bench, lambda _: None)
    asker = Asker(required(bench.serving.running(setup.place)))
    examples = found.parted.held_back
    lengths = [len(one.tokens) - one.given for one in found.held_back]

    def answers(scale: float, words: str) -> tuple[str, ...]:
        given = []
        for answer in asker.answers(examples, lengths, scale):
            given.append(answer)
            report(
                Progress(
                    f"asking, {words}",
                    len(given),
                    len(examples),
                    f"{len(given)} of {len(examples)}",
                )
            )
        return tuple(given)

    before, after = answers(0.0, "before"), answers(1.0, "after")
    expected = [one.answer for one in examples]
    scores = scoring.score(expected, before), scoring.score(expected, after)
    return Proved(before, after, scores)


def test_of(examples: Sequence[Example], answers: Sequence[str]) -> AnswerTest:
    """A question that shows from now on that the adapter works: one that it answers as it was taught, else
    any answer to the first one.
    """
    pairs = zip(examples, answers, strict=True)
    right = next((one for one, answer in pairs if one.answer == answer.strip()), None)
    example = right or examples[0]
    question = next(one.text for one in reversed(example.question) if one.role == USER)
    system = next((one.text for one in example.question if one.role == SYSTEM), "")
    expected = (example.answer,) if right and len(example.question) <= 1 + bool(system) else ()
    return AnswerTest(question, expected, TEST_TOKENS, Proof(system=system))


def use(current: SetUp, lesson: Lesson, bench: Workbench) -> SetUp:
    """The set-up with the adapter, proved by an answer; the one before is kept until then.

    Raises:
        LocalaiError: it does not answer; the one before is served again.

    """
    with _reach.kept(current.place, bench):
        return _replacing.proved(current, taught.with_lesson(current, lesson, bench), bench)


def stop_using(current: SetUp, bench: Workbench) -> SetUp:
    """The set-up without its adapter, proved by an answer. Raises as `use`."""
    with _reach.kept(current.place, bench):
        return _replacing.proved(current, taught.without_lesson(current), bench)


def again(current: SetUp, draft: SetUp, bench: Workbench) -> SetUp:
    """The draft with what the current set-up was taught, where its model's file is the same."""
    adapter = adapters.find(current.adapter) if current.adapter else None
    if adapter is None or adapter.base_sha256 != draft.model_sha256:
        return draft
    return taught.with_lesson(draft, lesson(adapter), bench)


def lesson(adapter: Adapter) -> Lesson:
    """As a set-up takes it."""
    path = str(adapters.file(adapter.name))
    return Lesson(adapter.name, path, adapter.sha256, adapter.test, adapter.bytes)


def serve_again(current: SetUp, bench: Workbench) -> None:
    """The server of the set-up as it is saved, after a proof by another one."""
    for step in saved_steps(current):
        if step.id in SERVES:
            executor.run(step, bench, lambda _: None)
