"""What was chosen, and what will be done about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

from .behaviour import Sampling, Thinking
from .engine import BuildRecipe, Replacement
from .estimate import MemoryEstimate, SpeedEstimate
from .files import ModelFile
from .licence import Licence
from .model_server import ServerPlace
from .progress import Report
from .proof import AnswerTest
from .settings import ServerSettings
from .workbench import Workbench

#: what may be true of a suggestion among those it is offered with
RECOMMENDED, BEST_ANSWERS, FASTEST, SMALLEST = "recommended", "best-answers", "fastest", "smallest"


@dataclass(frozen=True)
class Reserve:
    """What of main memory is left to the system and other programs, and why that much: it is usual for
    such a machine, it was asked for, or they hold more than usual now. `mib` None: not known.
    """

    mib: float | None = None
    why: Literal["usual", "asked", "held"] = "usual"


@dataclass(frozen=True)
class Merits:
    """What a person decides by, in words: how fast it writes, how good its answers are beside those of the
    others, and what stays free. Empty is not known, or nothing to tell apart.
    """

    pace: str = ""
    answers: str = ""
    left: str = ""


@dataclass(frozen=True)
class Choice:
    """One model, on one engine, with its settings.

    `files` are the weights, and after them the projector where pictures are understood, and the drafter
    where one guesses from a file of its own; `drafter_licence` is its licence where it is another. `build` names
    the engine's build and `source` is its recipe. `reasons` say why this one, a sentence each;
    `sampling` is what the model's recipe says for this use;
    `labels` are true of it among the choices that it is offered with, and `differs` is the sentence to
    decide by, `merits` its parts; `notes` say what would make this one better.

    `found_program` is a `llama-server` that is here already and was proved; then none is installed.
    `thinking` is what the model's recipe says of its thoughts, `thinks` whether the use asks for them.
    `switched_sampling` is what the recipe says for answers in the other way than the use's.
    `full_test` is what a right answer would have to hold, where `test` asks for less.
    `replacements` stand in for libraries that the build needs and this system lacks.
    """

    recipe: str
    model: str
    files: tuple[ModelFile, ...]
    settings: ServerSettings
    engine: str
    build: str
    memory: MemoryEstimate
    speed: SpeedEstimate
    licence: Licence
    test: AnswerTest
    reasons: tuple[str, ...] = ()
    why_no_gpu: str | None = None
    source: BuildRecipe | None = None
    labels: tuple[str, ...] = ()
    reserve: Reserve = field(default_factory=Reserve)
    differs: str = ""
    merits: Merits = field(default_factory=Merits)
    notes: tuple[str, ...] = ()
    found_program: str | None = None
    place: ServerPlace | None = None
    thinking: Thinking | None = None
    thinks: bool = False
    replacements: tuple[Replacement, ...] = ()
    sampling: Sampling | None = None
    switched_sampling: Sampling | None = None
    full_test: AnswerTest | None = None
    drafter_licence: Licence | None = None

    @property
    def weights(self) -> ModelFile:
        return self.files[0]

    @property
    def mmproj(self) -> ModelFile | None:
        return self._of_role("mmproj")

    @property
    def drafter(self) -> ModelFile | None:
        return self._of_role("drafter")

    def _of_role(self, role: str) -> ModelFile | None:
        return next((file for file in self.files if file.role == role), None)

    @property
    def licences(self) -> tuple[Licence, ...]:
        """Under which the files may be used: the model's, and the drafter's where it has one of its own."""
        return (self.licence, *([self.drafter_licence] if self.drafter_licence else []))

    @property
    def download_bytes(self) -> int:
        return sum(file.all_bytes for file in self.files)


@dataclass(frozen=True)
class RefusedModel:
    """A model that was not chosen.

    `too-large` and `too-slow` for this machine; `memory-unknown`: whether it fits cannot be told;
    `not-runnable`: no engine runs it; `unfit-for-use`: it would serve the use on no machine. `need`
    ends a sentence about the model, `room` goes on with what the machine can give, empty where that is
    not the reason.
    """

    model: str
    kind: Literal["too-large", "too-slow", "memory-unknown", "not-runnable", "unfit-for-use"]
    need: str
    room: str = ""

    @property
    def reason(self) -> str:
        """Both in one."""
        return f"{self.need}; {self.room}" if self.room else self.need


@dataclass(frozen=True)
class Match:
    """The best choice (None where nothing fits), others that differ in kind, and the refusals."""

    choice: Choice | None
    alternatives: tuple[Choice, ...] = ()
    refused: tuple[RefusedModel, ...] = ()


class Step(Protocol):
    """One kind of change. Asked `done` when its turn comes, and again after `apply`.

    A step is a frozen dataclass whose fields are plain data, so that a plan can be saved and run
    again by another version.
    """

    @property
    def id(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def needs_root(self) -> bool: ...
    def done(self, machine: Workbench) -> bool: ...
    def apply(self, machine: Workbench, report: Report) -> None: ...
    def undo(self, machine: Workbench) -> None: ...
    def writes(self, machine: Workbench) -> tuple[str, ...]: ...
    def receipt(self, machine: Workbench) -> Mapping[str, object]: ...


@dataclass(frozen=True)
class Plan:
    """A choice and the steps that make it real, in order."""

    choice: Choice
    steps: tuple[Step, ...]
