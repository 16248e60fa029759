"""A set-up → its parts. The saved plan says what was fetched; recipes know the licences of engines."""

from __future__ import annotations

import re

from ..machine.fetching import addresses
from ..model.engine import EngineRecipe
from ..model.files import ModelFile
from ..model.licence import Licence
from ..model.part import Part
from ..model.plan import Step
from ..model.settings import ServerSettings
from ..model.setup import SetUp
from ..state import saved_steps
from ..steps.fetch_model import FetchModel
from ..steps.fetch_projector import FetchProjector
from ..steps.install_archive import InstallArchive
from ..steps.install_engine import InstallEngine
from ..steps.install_library import InstallLibrary
from ..steps.install_model_server import InstallModelServer
from ..steps.use_model import UseModel
from ..steps.use_projector import UseProjector

#: licences of the engines and their libraries, which the Open Source Initiative lists: all allow any use
ALLOWS_ALL = frozenset({"MIT", "Apache-2.0", "BSD-3-Clause", "Apache-2.0 WITH LLVM-exception"})
HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


def of(setup: SetUp, recipe: EngineRecipe) -> tuple[Part, ...]:
    """The engine first, then its libraries and the model's files.

    Raises:
        LocalaiError: another version of localai saved a step that this one does not have.

    """
    steps = saved_steps(setup)
    libraries = [_library(one) for one in steps if isinstance(one, InstallLibrary)]
    files = [one.file for one in steps if isinstance(one, (FetchProjector, UseProjector))]
    projectors = [_projector(one, setup.licence) for one in files]
    return (_engine(setup, recipe, steps), *libraries, _model(setup, steps), *projectors)


def _engine(setup: SetUp, recipe: EngineRecipe, steps: tuple[Step, ...]) -> Part:
    digests = tuple(digest for step in steps for digest in _digests(step))
    licence = _open(recipe.licence)
    return Part("engine", recipe.name, licence, setup.build, digests, source=recipe.source)


def _digests(step: Step) -> tuple[str, ...]:
    if isinstance(step, InstallEngine):
        return tuple(HASH.findall(step.requirements))
    if isinstance(step, (InstallArchive, InstallModelServer)):
        return tuple(one.sha256 for one in step.files)
    return ()


def _library(step: InstallLibrary) -> Part:
    digests = tuple(HASH.findall(step.requirements))
    return Part("library", step.name, _open(step.licence), step.library, digests, step.bytes)


def _model(setup: SetUp, steps: tuple[Step, ...]) -> Part:
    files = [one.file for one in steps if isinstance(one, (FetchModel, UseModel))]
    file = next((one for one in files if one.sha256 == setup.model_sha256), None)
    others = tuple(one.sha256 for one in file.parts) if file else ()
    digests = (setup.model_sha256, *others) if setup.model_sha256 else ()
    quantization, source = (file.quantization, _source(file)) if file else ("", "")
    size = (file.all_bytes if file else setup.model_bytes) or None
    task = _task(setup.settings)
    return Part("model", setup.model, setup.licence, quantization, digests, size, source, task)


def _task(settings: ServerSettings) -> str:
    if settings.reranks:
        return "text-ranking"
    return "feature-extraction" if settings.embeddings else "text-generation"


def _projector(file: ModelFile, licence: Licence) -> Part:
    return Part("projector", file.file, licence, "", (file.sha256,), file.bytes, _source(file))


def _source(file: ModelFile) -> str:
    if file.repository:
        return f"{addresses.HUB}/{file.repository}"
    return f"{file.package.name} {file.package.version}" if file.package else ""


def _open(names: str) -> Licence:
    """Of an engine's or library's licence, or of several with commas between them."""
    known = all(one.strip() in ALLOWS_ALL for one in names.split(","))
    duty = ("keep the copyright and licence text when passing it on",) if known else ()
    return Licence(names, False, commercial="yes" if known else "", obligations=duty)
