"""The steps that are the same for every engine: the model's files are fetched, its answer is checked."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict

from ..model.files import ModelFile, OwnModelFile
from ..model.plan import Choice, Step
from ..model.settings import StartSettings
from ..model.workbench import Workbench
from ..steps.check_answer import CheckAnswer
from ..steps.fetch_drafter import FetchDrafter
from ..steps.fetch_model import FetchModel
from ..steps.fetch_projector import FetchProjector
from ..steps.use_drafter import UseDrafter
from ..steps.use_model import UseModel
from ..steps.use_projector import UseProjector
from ..thinking import can_be_switched
from ._engine import Served


def fetches(choice: Choice, near: str = "") -> tuple[Step, ...]:
    """The weights, and the projector and the drafter where there are such. `near` is where a server may
    have the weights.
    """
    projector = (_projector_step(choice.mmproj),) if choice.mmproj else ()
    drafter = (_drafter_step(choice.drafter),) if choice.drafter else ()
    return (_model_step(choice.weights, near), *projector, *drafter)


def _drafter_step(file: ModelFile) -> Step:
    return UseDrafter(file) if isinstance(file, OwnModelFile) else FetchDrafter(file)


def _projector_step(file: ModelFile) -> Step:
    return UseProjector(file) if isinstance(file, OwnModelFile) else FetchProjector(file)


def _model_step(file: ModelFile, near: str) -> Step:
    return UseModel(file) if isinstance(file, OwnModelFile) else FetchModel(file, near)


def start_settings(choice: Choice, machine: Workbench) -> StartSettings:
    """What a server that holds this one model is started with."""
    return StartSettings(
        choice.settings,
        str(machine.downloads.target(choice.weights)),
        choice.model,
        mmproj_path=str(machine.downloads.target(choice.mmproj)) if choice.mmproj else "",
        sampling=choice.sampling,
        thinking=_thinking(choice),
        drafter_path=str(machine.downloads.target(choice.drafter)) if choice.drafter else "",
    )


def _thinking(choice: Choice) -> bool | None:
    """What programs get that do not say it; a model with degrees of effort keeps its publisher's."""
    known = choice.thinking
    if choice.settings.embeddings or (known and not (known.switch and can_be_switched(known))):
        return None
    return choice.thinks


def check(choice: Choice, machine: Workbench, served: Served) -> CheckAnswer:
    """The question that proves it."""
    return CheckAnswer(
        proof_key(choice),
        str(machine.downloads.target(choice.weights)),
        choice.test,
        choice.settings.embeddings,
        use=choice.recipe,
        model=choice.model,
        thinking=choice.thinking,
        full_test=choice.full_test,
        reranks=choice.settings.reranks,
        place=served.place,
        served_as=served.name,
    )


def proof_key(choice: Choice) -> str:
    """What an answer proves: these files, on this build, with these settings."""
    what = [
        choice.weights.sha256,
        choice.build,
        asdict(choice.settings),
        asdict(choice.test),
        *([choice.drafter.sha256] if choice.drafter else []),
        # the first part of two quantizations may be one and the same: the header alone
        *(one.sha256 for one in choice.weights.parts),
    ]
    return hashlib.sha256(json.dumps(what, sort_keys=True).encode()).hexdigest()
