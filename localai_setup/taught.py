"""set-up and adapter → the set-up that answers as it was taught, and the way back from it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from .model.model_server import ModelPart
from .model.plan import Step
from .model.proof import AnswerTest
from .model.setup import SetUp
from .model.workbench import Workbench
from .renewed import renewed
from .state import saved_steps, step_document
from .steps.bring_model import BringModel
from .steps.check_answer import CheckAnswer
from .steps.start_server import StartServer


@dataclass(frozen=True)
class Lesson:
    """An adapter by its name, its file with its hash and its bytes, and a question that shows that it works."""

    name: str
    path: str
    sha256: str
    test: AnswerTest
    bytes: int = 0

    @property
    def part(self) -> ModelPart:
        """The file as a server that keeps models of its own takes it."""
        return ModelPart(self.path, self.sha256, self.bytes, "adapter")


def with_lesson(setup: SetUp, lesson: Lesson, machine: Workbench) -> SetUp:
    """The set-up whose server loads the adapter as well; one that it has already is replaced. A server that
    keeps models of its own gets it as a part of our model, whose name stays.
    """
    plain = without_lesson(setup)
    steps = tuple(_steps(plain, lesson, machine))
    return replace(
        plain,
        adapter=lesson.name,
        program=_program(steps) or plain.program,
        test=lesson.test,
        steps=tuple(map(step_document, steps)),
        untaught=plain.steps,
    )


def without_lesson(setup: SetUp) -> SetUp:
    """The set-up as it was before it was taught; the same where it was not."""
    if not setup.adapter:
        return setup
    plain = replace(setup, adapter="", steps=setup.untaught, untaught=())
    steps = saved_steps(plain)
    check = next(one for one in steps if isinstance(one, CheckAnswer))
    return replace(plain, program=_program(steps) or plain.program, test=check.test)


def _program(steps: Iterable[Step]) -> tuple[str, ...]:
    """What starts a server that holds one model; empty where the server keeps its own."""
    return next((one.program for one in steps if isinstance(one, StartServer)), ())


def _steps(setup: SetUp, lesson: Lesson, machine: Workbench) -> Iterator[Step]:
    """The saved steps; a program of an older version that starts the server knows no adapters, so that
    today's takes its place.
    """
    for step in saved_steps(renewed(setup, machine)):
        if isinstance(step, StartServer):
            yield replace(step, start=replace(step.start, adapter_path=lesson.path))
        elif isinstance(step, BringModel):
            own = replace(step.own, parts=(*step.own.parts, lesson.part))
            yield replace(step, own=own)
        elif isinstance(step, CheckAnswer):
            yield replace(step.for_other(lesson.sha256), test=lesson.test, full_test=None)
        else:
            yield step
