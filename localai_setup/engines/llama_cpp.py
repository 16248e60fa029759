"""llama.cpp: a wheel in an environment of its own, or the project's release archives."""

from __future__ import annotations

import re
from dataclasses import replace

from ..fit.drafting import FIRST_BUILD
from ..model.behaviour import Thinking
from ..model.engine import BuildRecipe, EngineRecipe, Package
from ..model.estimate import MemoryEstimate
from ..model.facts import Facts
from ..model.plan import Choice, Step
from ..model.recipe import ModelRecipe
from ..model.settings import ServerSettings, StartSettings
from ..model.workbench import Workbench
from ..probes.cpu import Cpu
from ..probes.host import Host
from ..steps.install_archive import InstallArchive
from ..steps.install_engine import InstallEngine
from ..steps.start_server import StartServer
from . import _libraries, _needs, _plan, _runner_settings, _server_flags
from ._engine import Abilities, Found, Kept, Launch, Refused, Served
from ._offers import Offer, offers

ID = NAME = "llama.cpp"
PLACE = 10
BUILD_VERSION = re.compile(r"(?:b\d+|xllamacpp-[\d.]+)-")
BLOB_PLACES: tuple[str, ...] = ()
KEEPS: tuple[type, ...] = ()
PATH_PROGRAM = "llama-server"


def builds(engine: EngineRecipe, facts: Facts) -> tuple[Offer, ...]:
    return offers(engine, facts)


def refuses(engine: EngineRecipe, facts: Facts) -> Refused | None:
    found = builds(engine, facts)
    if any(one.refusal is None for one in found):
        return None
    cpu, host = facts.get(Cpu) or Cpu(), facts.get(Host) or Host()
    near = _nearest(found)
    if near is None or near.refusal is None:
        return Refused(_needs.no_build(NAME, host, cpu))
    way_out = _libraries.way_out(engine.replacements, near.build, facts)
    words = f"No build of {NAME} runs here: {near.refusal.words}. {way_out}".rstrip()
    return Refused(words, can_be_helped=_lacks_libraries(engine, facts))


def _nearest(found: tuple[Offer, ...]) -> Offer | None:
    """The refused build that is made for this kind of machine: for its processor, where there is one, as
    that needs least; Macs with Apple's chips have Metal's alone.
    """
    here = [one for one in found if one.refusal and one.refusal.kind != "for-another"]
    metal = (one for one in here if one.build.backend == "metal")
    return next((one for one in here if one.build.backend == "cpu"), next(metal, None))


def _lacks_libraries(engine: EngineRecipe, facts: Facts) -> bool:
    """Whether a build would run here, were it not for libraries that the system lacks."""
    return any(
        _needs.refuses(build, facts) is None and _libraries.missing(build, facts)
        for build in engine.builds
    )


def found(facts: Facts) -> Found | None:
    """A `llama-server` that is here is used only where a person names the engine: see `PATH_PROGRAM`."""
    del facts
    return None


def kept(name: str, facts: Facts) -> Kept | None:
    """It reads files, and has no names for them."""
    del name, facts
    return None


def abilities(build: BuildRecipe) -> Abilities:
    """The project's releases are built with RPC (GGML_RPC=ON in its release.yml, b10605); the wheels are not."""
    return Abilities(
        drafting=build.number >= FIRST_BUILD,
        reranks=True,
        adapters=True,
        pools=bool(build.archives),
    )


def lacks(model: ModelRecipe, build: BuildRecipe) -> str:
    return _needs.too_old(model, build, NAME)


def memory(estimate: MemoryEstimate, settings: ServerSettings) -> MemoryEstimate:
    """The arithmetic of `fit/` was measured with this very engine."""
    del settings
    return estimate


def completed(choice: Choice, engine: EngineRecipe, facts: Facts) -> Choice:
    lacking = _libraries.replacements(engine.replacements, _source(choice), facts)
    return replace(choice, replacements=lacking)


def libraries(engine: EngineRecipe, build: BuildRecipe, facts: Facts) -> tuple[Step, ...]:
    lacking = _libraries.replacements(engine.replacements, build, facts)
    return tuple(map(_libraries.step, lacking))


def steps(choice: Choice, machine: Workbench) -> tuple[Step, ...]:
    here = served(choice, machine)
    settings = _plan.start_settings(choice, machine)
    start = StartServer(here.program, settings, machine.servers.first_port, ID)
    check = _plan.check(choice, machine, here)
    return (*_installs(choice), *_plan.fetches(choice), start, check)


def _installs(choice: Choice) -> tuple[Step, ...]:
    """What brings the build, and before it what the system lacks for it."""
    if choice.found_program:
        return ()
    return (*map(_libraries.step, choice.replacements), install(_source(choice)))


def install(build: BuildRecipe) -> Step:
    """The step that brings a build."""
    if build.package is None:
        return InstallArchive(
            build.id, build.backend, build.archives, build.libraries, NAME, PATH_PROGRAM
        )
    package = build.package
    name, pins = _environment(package), _libraries.pins(package)
    size = max(one.bytes for one in package.wheels)
    grows = size + max(one.unpacked_bytes for one in package.wheels)
    return InstallEngine(name, pins, _runner_settings.program(), build.libraries, size, grows, NAME)


def _source(choice: Choice) -> BuildRecipe:
    assert choice.source, "a choice names the build that it is for"
    return choice.source


def _environment(package: Package) -> str:
    """The name of the environment that holds a package."""
    return f"{package.name}-{package.version}"


def served(choice: Choice, machine: Workbench) -> Served:
    return Served(_program(choice, machine), None, choice.model)


def _program(choice: Choice, machine: Workbench) -> tuple[str, ...]:
    """The command line that starts the server, without its settings."""
    if choice.found_program:
        return (choice.found_program,)
    build = _source(choice)
    if build.package:
        return tuple(
            machine.environments.program(_environment(build.package), _runner_settings.program())
        )
    return tuple(machine.archives.program(build.id, PATH_PROGRAM))


def thinking(known: Thinking | None) -> Thinking | None:
    """Arguments of the model's own template, as recipes and templates say it."""
    return known


def launch(
    program: tuple[str, ...], start: StartSettings, port: int, *, installed_by_us: bool
) -> Launch:
    """Our runner (interpreter and script) reads a file; a plain `llama-server` (one word) takes flags,
    and its key from the environment.
    """
    if len(program) > 1:
        return Launch(program, document=_runner_settings.document(start, port))
    telling = _server_flags.TELLING if installed_by_us else ()
    flags = (*_server_flags.arguments(start, port), *telling)
    return Launch((*program, *flags), _server_flags.environment(start))
